import { sentence } from '../../lib/messages'
import { asSuperuser } from '../support/database'
import { HttpClient } from '../support/http-client'
import * as labels from '../support/labels'
import { ageProofs } from '../support/proofs'
import { newPerson, PASSWORD, register, USER_AGENT } from './people'
import { expect, type Page, test } from './test'

const NEW = 'seven grey herons standing'

/** Signs the same user in from another browser, over HTTP. */
async function elsewhere({ email, password }: { email: string; password: string }) {
  const other = new HttpClient(process.env.BASE_URL)
  const options = { headers: { 'user-agent': USER_AGENT } }
  expect((await other.submit('/login', labels.signIn, { email, password }, options)).location).toBe('/private')
  return other
}

const lastProven = (email: string, interval: string) => ageProofs({ email }, interval)

const statusOf = async (other: HttpClient) => (await other.get('/private')).status

async function expectIn(page: Page) {
  await page.goto('/private')
  await expect(page).toHaveURL('/private')
}

// ASVS 7.5.2
test('one session ends, and then all others after the password is entered again', async ({ page, javaScriptEnabled }) => {
  const person = await register(page)
  const [first, second] = [await elsewhere(person), await elsewhere(person)]
  await page.goto('/private/settings/sessions')
  await expect(page.getByText('This session')).toBeVisible()
  const sessions = page.getByRole('main').getByRole('listitem').filter({ hasText: 'Chrome on Linux' })
  await expect(sessions).toHaveCount(3)
  await page
    .getByRole('button', { name: labels.endSessionOn('Chrome on Linux') })
    .first()
    .click()
  await expect(sessions).toHaveCount(2)
  expect([await statusOf(first), await statusOf(second)].sort()).toEqual([200, 307])

  await lastProven(person.email, '11 minutes')
  await page.getByRole('button', { name: labels.endAllOtherSessions }).click()
  const proof = page.getByLabel(labels.yourPassword)
  await expect(proof).toHaveAccessibleDescription('Enter your password to continue.')
  await expect(proof).toBeFocused()
  await proof.fill('not the password')
  await page.getByRole('button', { name: labels.endAllOtherSessions }).click()
  await expect(proof).toHaveAccessibleDescription(new RegExp(sentence('password-incorrect')))
  await expect(proof).toBeFocused()
  expect([await statusOf(first), await statusOf(second)].sort()).toEqual([200, 307])
  await proof.fill(PASSWORD)
  await page.getByRole('button', { name: labels.endAllOtherSessions }).click()
  await expect(page.getByText('No other active sessions.').first()).toBeVisible()
  if (javaScriptEnabled) await expect(page.getByRole('heading', { level: 1 })).toBeFocused() // the button has left
  expect([await statusOf(first), await statusOf(second)]).toEqual([307, 307])
  await expectIn(page)
})

// ASVS 6.2.2, 7.4.3
test('a new password keeps this browser signed in and signs out the others', async ({ page }) => {
  const person = await register(page)
  const other = await elsewhere(person)
  await page.goto('/private/settings/password')
  const send = async (current: string, next: string) => {
    await page.getByLabel(labels.currentPassword).fill(current)
    await page.getByLabel(labels.newPassword).fill(next)
    await page.getByRole('button', { name: labels.changePassword }).click()
  }
  await send('not the password', NEW)
  await expect(page.getByLabel(labels.currentPassword)).toHaveAccessibleDescription(new RegExp(sentence('password-incorrect')))
  await expect(page.getByLabel(labels.currentPassword)).toBeFocused()
  await send(PASSWORD, 'password123')
  await expect(page.getByLabel(labels.newPassword)).toHaveAccessibleDescription(new RegExp(sentence('password-common')))
  await send(PASSWORD, PASSWORD)
  await expect(page.getByLabel(labels.newPassword)).toHaveAccessibleDescription(new RegExp(sentence('password-unchanged')))
  await send(PASSWORD, NEW)
  await expect(page.getByText(sentence('password-changed')).first()).toBeVisible()
  expect(await statusOf(other)).toBe(307)
  await expectIn(page)
  await elsewhere({ ...person, password: NEW })
})

test('a user downloads their data and deletes their profile after entering the password', async ({ page, javaScriptEnabled }) => {
  const person = await register(page)
  const guest = newPerson()
  await asSuperuser(
    `WITH guest AS (INSERT INTO users (id, email) VALUES (gen_random_uuid(), $2) RETURNING id)
     INSERT INTO memberships (account_id, user_id, role) SELECT accounts.id, guest.id, 'MEMBER' FROM accounts, guest WHERE name = $1`,
    [person.accountName, guest.email],
  )
  await lastProven(person.email, '11 minutes')
  await page.goto('/private/settings/data')
  await page.getByRole('button', { name: labels.getMyData }).click()
  await page.getByLabel(labels.yourPassword).fill(PASSWORD)
  await page.getByRole('button', { name: labels.getMyData }).click()
  await expect(page.getByText(sentence('data-ready')).first()).toBeVisible()
  if (javaScriptEnabled) await expect(page.getByRole('link', { name: labels.downloadAsJson })).toBeFocused()
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: labels.downloadAsJson }).click()])
  expect(download.suggestedFilename()).toMatch(/^my-data-\d{4}-\d\d-\d\d\.json$/)

  // the only owner of an account with other members must transfer it before
  await expect(page.getByRole('button', { name: labels.deleteProfile })).toHaveCount(0)
  await page.getByRole('button', { name: labels.actionsFor(person.accountName) }).click()
  await page.getByRole('link', { name: labels.transferOwnership }).click()
  await expect(page).toHaveURL(/\/members$/)

  // deleting keeps the confirmation while it asks for the password, and frees the email and the account name
  await asSuperuser('DELETE FROM memberships USING users WHERE users.id = user_id AND email = $1', [guest.email])
  await lastProven(person.email, '11 minutes')
  await page.goto('/private/settings/data')
  await expect(page.getByText(`“${person.accountName}”: deleted with all data`)).toBeVisible()
  await page.getByLabel(labels.yourEmail).fill(person.email)
  await page.getByRole('button', { name: labels.deleteProfile }).click()
  await page.getByLabel(labels.yourPassword).fill(PASSWORD)
  await expect(page.getByLabel(labels.yourEmail)).toHaveValue(person.email)
  await page.getByRole('button', { name: labels.deleteProfile }).click()
  await expect(page).toHaveURL('/')
  await expect(page.getByRole('status')).toHaveText(sentence('user-deleted'))
  await register(page, person) // the email and the account name are free again
})
