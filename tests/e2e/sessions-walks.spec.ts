import { type Browser, expect, type Page, test } from '@playwright/test'
import { sentence } from '../../lib/messages'
import { asSuperuser } from '../support/database'
import { ageProofs } from '../support/proofs'
import { fillSignIn, newPerson, PASSWORD, register } from './people'

const NEW = 'seven grey herons standing'

/** Signs the same user in from another browser. */
async function elsewhere(browser: Browser, person: { email: string; password: string }) {
  const other = await (await browser.newContext()).newPage()
  await other.goto('/login')
  await fillSignIn(other, person)
  await expect(other).toHaveURL('/private')
  return other
}

const lastProven = (email: string, interval: string) => ageProofs({ email }, interval)

async function expectOut(page: Page) {
  await page.goto('/private')
  await expect(page).toHaveURL('/login?callbackUrl=%2Fprivate')
}

async function expectIn(page: Page) {
  await page.goto('/private')
  await expect(page).toHaveURL('/private')
}

// ASVS 7.5.2
test('ending another session signs it out at its next request', async ({ page, browser }) => {
  const person = await register(page)
  const other = await elsewhere(browser, person)
  await page.goto('/private/settings/sessions')
  await expect(page.getByText('This session')).toBeVisible()
  await expect(page.getByRole('main').getByRole('listitem').filter({ hasText: 'Chrome on Linux' })).toHaveCount(2)
  await page.getByRole('button', { name: 'End session on Chrome on Linux' }).click()
  await expect(page.getByText('No other active sessions.')).toBeVisible()
  await expectOut(other)
  await expectIn(page)
})

test('all other sessions end after the password is entered again', async ({ page, browser, javaScriptEnabled }) => {
  const person = await register(page)
  const other = await elsewhere(browser, person)
  await page.goto('/private/settings/sessions')
  await lastProven(person.email, '11 minutes')
  await page.getByRole('button', { name: 'End all other sessions' }).click()
  const proof = page.getByLabel('Your password')
  await expect(proof).toHaveAccessibleDescription('Enter your password to continue.')
  await expect(proof).toBeFocused()
  await proof.fill('not the password')
  await page.getByRole('button', { name: 'End all other sessions' }).click()
  await expect(proof).toHaveAccessibleDescription(new RegExp(sentence('password-incorrect')))
  await expect(proof).toBeFocused()
  await expectIn(other)
  await proof.fill(PASSWORD)
  await page.getByRole('button', { name: 'End all other sessions' }).click()
  await expect(page.getByText('No other active sessions.').first()).toBeVisible()
  if (javaScriptEnabled) await expect(page.getByRole('heading', { level: 1 })).toBeFocused() // the button has left
  await expectOut(other)
  await expectIn(page)
})

test('all other sessions end without the password if it was entered nine minutes ago', async ({ page, browser }) => {
  const person = await register(page)
  const other = await elsewhere(browser, person)
  await page.goto('/private/settings/sessions')
  await lastProven(person.email, '9 minutes')
  await page.getByRole('button', { name: 'End all other sessions' }).click()
  await expect(page.getByText('No other active sessions.').first()).toBeVisible()
  await expectOut(other)
})

// ASVS 6.2.2, 7.4.3
test('a new password keeps this browser signed in and signs out the others', async ({ page, browser }) => {
  const person = await register(page)
  const other = await elsewhere(browser, person)
  await page.goto('/private/settings/password')
  const send = async (current: string, next: string) => {
    await page.getByLabel('Current password').fill(current)
    await page.getByLabel('New password').fill(next)
    await page.getByRole('button', { name: 'Change password' }).click()
  }
  await send('not the password', NEW)
  await expect(page.getByLabel('Current password')).toHaveAccessibleDescription(new RegExp(sentence('password-incorrect')))
  await expect(page.getByLabel('Current password')).toBeFocused()
  await send(PASSWORD, 'password123')
  await expect(page.getByLabel('New password')).toHaveAccessibleDescription(new RegExp(sentence('password-common')))
  await send(PASSWORD, PASSWORD)
  await expect(page.getByLabel('New password')).toHaveAccessibleDescription(new RegExp(sentence('password-unchanged')))
  await send(PASSWORD, NEW)
  await expect(page.getByText(sentence('password-changed')).first()).toBeVisible()
  await expectOut(other)
  await expectIn(page)
  await fillSignIn(other, { ...person, password: NEW })
  await expect(other).toHaveURL('/private')
})

test('a user downloads their data after entering the password', async ({ page }) => {
  const person = await register(page)
  await lastProven(person.email, '11 minutes')
  await page.goto('/private/settings/data')
  await page.getByRole('button', { name: 'Get my data' }).click()
  await page.getByLabel('Your password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Get my data' }).click()
  await expect(page.getByText(sentence('data-ready')).first()).toBeVisible()
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download as JSON' }).click()])
  expect(download.suggestedFilename()).toMatch(/^my-data-\d{4}-\d\d-\d\d\.json$/)
})

test('deleting a profile keeps the confirmation while it asks for the password, and frees email and account name', async ({ page }) => {
  const person = await register(page)
  await lastProven(person.email, '11 minutes')
  await page.goto('/private/settings/data')
  await expect(page.getByText(`“${person.accountName}”: deleted with all data`)).toBeVisible()
  await page.getByLabel('Your email').fill(person.email)
  await page.getByRole('button', { name: 'Delete profile' }).click()
  await page.getByLabel('Your password').fill(PASSWORD)
  await expect(page.getByLabel('Your email')).toHaveValue(person.email)
  await page.getByRole('button', { name: 'Delete profile' }).click()
  await expect(page).toHaveURL('/')
  await expect(page.getByRole('status')).toHaveText(sentence('user-deleted'))
  await expectOut(page)
  await register(page, person) // the email and the account name are free again
})

test('the only owner of an account with other members must transfer it before deleting their profile', async ({ page }) => {
  const person = await register(page)
  await asSuperuser(
    `WITH guest AS (INSERT INTO users (id, email) VALUES (gen_random_uuid(), $2) RETURNING id)
     INSERT INTO memberships (account_id, user_id, role) SELECT accounts.id, guest.id, 'MEMBER' FROM accounts, guest WHERE name = $1`,
    [person.accountName, newPerson().email],
  )
  await page.goto('/private/settings/data')
  await expect(page.getByRole('button', { name: 'Delete profile' })).toHaveCount(0)
  await page.getByRole('button', { name: `Actions for ${person.accountName}` }).click()
  await page.getByRole('link', { name: 'Transfer ownership' }).click()
  await expect(page).toHaveURL(/\/members$/)
})
