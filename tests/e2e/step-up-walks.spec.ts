import { sentence } from '../../lib/messages'
import { asSuperuser } from '../support/database'
import * as labels from '../support/labels'
import { ageProofs } from '../support/proofs'
import { totpCode } from '../support/totp'
import { expectNoViolations } from './accessibility'
import { newPerson, register } from './people'
import { expect, type Page, test } from './test'

// What an account requires beyond a sign-in, with JavaScript and without.

async function withAccount(page: Page) {
  const person = await register(page)
  const [account] = await asSuperuser<{ id: string; slug: string }>('SELECT id, slug FROM accounts WHERE name = $1', [person.accountName])
  const ask = (secondFactor: 'everyone' | 'none', absoluteHours: number | null) =>
    asSuperuser(
      `INSERT INTO account_policies (account_id, second_factor, absolute_hours) VALUES ($1, $2, $3)
       ON CONFLICT (account_id) DO UPDATE SET second_factor = $2, absolute_hours = $3`,
      [account?.id, secondFactor, absoluteHours],
    )
  return { ...person, name: person.accountName, path: `/private/accounts/${account?.slug}`, ask }
}

/** Fills in the invitation form of an account, which then requires something. @returns the emails, one per line */
async function fillInvitations(page: Page, path: string) {
  const emails = [newPerson().email, newPerson().email].join('\n')
  await page.goto(`${path}/members/invitations`)
  await page.getByLabel(labels.emailAddresses).fill(emails)
  await page.getByLabel(labels.role, { exact: true }).selectOption('Admin')
  return emails
}

const send = (page: Page) => page.getByRole('button', { name: /^Send (invitations|again)$/ }).click()

async function expectInvited(page: Page, emails: string, count: number) {
  const rows = page.getByRole('region', { name: 'Pending' }).getByRole('listitem')
  await expect(rows).toHaveCount(count)
  for (const email of emails.split('\n')) await expect(rows.filter({ hasText: email })).toContainText('Admin')
}

/** Sets up an authenticator app on the security page. @returns its secret */
async function enroll(page: Page): Promise<string> {
  await page.getByRole('button', { name: labels.setUp }).click()
  const key = (await page.locator('dd code').textContent())?.replaceAll(' ', '') ?? ''
  await page.getByLabel(labels.code, { exact: true }).fill(totpCode(key))
  await page.getByRole('button', { name: labels.addAuthenticatorApp }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(labels.saveRecoveryCodes)
  await page.getByRole('button', { name: labels.savedTheseCodes }).click()
  return key
}

test('a member adds the factor that an account requires, verifies it again when it is too old, and returns', async ({
  page,
  javaScriptEnabled,
}) => {
  const { name, path, ask, email, password } = await withAccount(page)
  await ask('everyone', 1)
  const members = `${path}/members`
  await page.goto(members)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Verify to open ${name}`)
  if (javaScriptEnabled) await expectNoViolations(page)
  await page.getByRole('link', { name: labels.setUpSecondFactor }).click()
  await expect(page.getByText(`${name} requires a second factor.`)).toBeVisible()
  const key = await enroll(page)
  await expect(page.getByRole('link', { name: labels.continueButton })).toHaveAttribute('href', members)
  await page.getByRole('link', { name: labels.continueButton }).click()
  await expect(page).toHaveURL(members)
  await page.goto('/private/settings/security')
  await expect(page.getByText(`Required by ${name}`)).toBeVisible()
  await page.getByRole('button', { name: labels.removeFactor('Authenticator app') }).click()
  await expect(page.getByText(`${name} requires this.`)).toBeVisible()

  await ageProofs({ email }, '2 hours')
  await asSuperuser('UPDATE totp_factors SET last_step = 0 FROM users WHERE users.id = user_id AND email = $1', [email])
  await page.goto(members)
  const field = page.locator('input[name="password"]') // its section has the same name
  await field.fill(password)
  await page.getByRole('button', { name: labels.continueButton }).first().click()
  await expect(field).toHaveCount(0)
  await page.getByLabel(labels.code, { exact: true }).fill(totpCode(key))
  await page.getByRole('button', { name: labels.continueButton }).click()
  await expect(page).toHaveURL(members)
})

test('a form asks for the password itself or, if the account requires more, keeps what was typed until the user has verified', async ({
  page,
  context,
  javaScriptEnabled,
}) => {
  const { path, ask, email, password } = await withAccount(page)
  const first = await fillInvitations(page, path)
  await ask('none', 1)
  await ageProofs({ email }, '2 hours')
  await send(page)
  await page.getByLabel(labels.yourPassword).fill(password)
  await send(page)
  await expectInvited(page, first, 2)

  const emails = await fillInvitations(page, path)
  await ask('everyone', null)
  await send(page)
  await expect(page.getByRole('alert').filter({ hasText: sentence('account-policy-unmet') })).toBeVisible()
  if (javaScriptEnabled) await expectNoViolations(page)
  const opened = context.waitForEvent('page')
  await page.getByRole('link', { name: labels.verifyInNewTab }).click()
  const tab = await opened
  await tab.getByRole('link', { name: labels.setUpSecondFactor }).click()
  await enroll(tab)
  const field = page.locator('main [name="emails"]') // its label is shorter without JavaScript
  await expect(field).toHaveValue(emails)
  await field.fill('')
  await send(page)
  await expect(page.getByText(sentence('invitation-emails-missing'))).toBeVisible()
  await field.fill(emails)
  await send(page)
  await expectInvited(page, emails, 4)
})
