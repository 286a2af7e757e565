import type { CDPSession } from '@playwright/test'
import { message, sentence } from '../../lib/messages'
import { asSuperuser } from '../support/database'
import * as labels from '../support/labels'
import { newestMail, subjectOf } from '../support/mailbox'
import { expectNoViolations } from './accessibility'
import { fillSignIn, newPerson, register, signOut } from './people'
import { expect, type Page, test } from './test'

// Passkeys with the virtual authenticator of Chromium.

const SECURITY = '/private/settings/security'

async function addAuthenticator(page: Page): Promise<{ cdp: CDPSession; authenticatorId: string }> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return { cdp, authenticatorId }
}

/** Registers a user and adds a passkey on the security page. */
async function withPasskey(page: Page) {
  const authenticator = await addAuthenticator(page)
  const person = await register(page)
  await page.goto(SECURITY)
  await page.getByRole('button', { name: labels.addPasskey }).click()
  await page.getByRole('button', { name: labels.createPasskey }).click()
  await expect(page.getByRole('heading', { name: labels.saveRecoveryCodes })).toBeVisible()
  await page.getByRole('button', { name: labels.savedTheseCodes }).click()
  await expect(page.getByText('Passkey', { exact: true })).toBeVisible()
  return { ...authenticator, person }
}

async function useAtSignIn(page: Page) {
  await page.goto('/login')
  await page.getByRole('button', { name: labels.usePasskey }).click()
}

test('a passkey is added, signs in without an email or a second factor, and is removed from the browser too', async ({ page }) => {
  const { cdp, authenticatorId } = await withPasskey(page)
  const lasts = async () => (await page.context().cookies()).find(({ name }) => name.endsWith('authjs.session-token'))?.expires !== -1
  await signOut(page)
  await useAtSignIn(page)
  await expect(page).toHaveURL('/private')
  expect(await lasts()).toBe(false)
  await signOut(page)
  await page.goto('/login')
  await page.getByLabel(labels.rememberMe).check()
  const button = page.getByRole('button', { name: labels.usePasskey })
  await Promise.any([button.click(), page.waitForURL('/private')]) // the autofill may be first, and sends the same
  await expect(page).toHaveURL('/private')
  expect(await lasts()).toBe(true)

  // from the autofill of the email field
  await signOut(page)
  await page.goto('/login?callbackUrl=%2Fprivate%2Fsettings%2Fsecurity')
  await page.getByLabel(labels.email).focus()
  await expect(page).toHaveURL(SECURITY)
  await expect(page.getByText('Last used')).toBeVisible()

  await page.getByRole('button', { name: labels.removeFactor('Passkey') }).click()
  await expect(page.getByText(sentence(message('factor-removed', { name: 'Passkey' })))).toBeVisible()
  await expect.poll(async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials).toEqual([])
})

test('a password signs in while autofill waits, and the second step takes a passkey of this user only', async ({ page, context }) => {
  const { person, cdp, authenticatorId } = await withPasskey(page)
  await signOut(page)
  await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled: false })
  await page.goto('/login?callbackUrl=%2Fprivate%2Fsettings%2Femail')
  const options = page.waitForResponse((response) => response.request().method() === 'POST')
  await page.getByLabel(labels.email).focus()
  await options
  await fillSignIn(page, person)
  await expect(page).toHaveURL('/login/verify?callbackUrl=%2Fprivate%2Fsettings%2Femail')
  await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled: true })
  await page.getByRole('button', { name: labels.usePasskey }).click()
  await expect(page).toHaveURL('/private/settings/email')

  await context.clearCookies()
  const other = await register(page, newPerson())
  await asSuperuser(
    `INSERT INTO passkeys (user_id, id, credential_id, public_key, counter, name, aaguid, is_backup_eligible, is_backed_up)
     SELECT id, gen_random_uuid(), id::text, '', 0, 'Theirs', gen_random_uuid(), false, false FROM users WHERE email = $1`,
    [other.email],
  )
  await page.goto('/private')
  await page.getByRole('button', { name: labels.usePasskey }).click()
  await expect(page.getByText(sentence('passkey-canceled'))).toBeVisible()
  await page.goto('/private')
  await expect(page).toHaveURL(/^[^?]*\/login\/verify\?/)
})

test('a forgotten password is set with a passkey instead of a code', async ({ page, anotherBrowser }) => {
  const { person } = await withPasskey(page)
  await signOut(page)
  await page.goto('/forgot-password')
  await page.getByLabel(labels.email).fill(person.email)
  await page.locator('main button[type="submit"]').click()
  const { pathname, search } = new URL((await newestMail(person.email, { subject: subjectOf('password-reset') })).links[0] ?? '')
  await page.goto(`${pathname}${search}`)
  await page.getByLabel(labels.newPassword).fill('eleven grey pelicans')
  await expectNoViolations(page)
  await page.getByRole('button', { name: labels.setPasswordWithPasskey }).click()
  await expect(page).not.toHaveURL(/\/reset-password/)
  const other = await anotherBrowser() // this one would offer its passkey at once
  await other.goto('/login')
  await fillSignIn(other, { email: person.email, password: 'eleven grey pelicans' })
  await expect(other).toHaveURL(/\/login\/verify/)
})

test('a passkey that does not verify its user, a copy, and one that was removed do not sign in', async ({ page }) => {
  const { cdp, authenticatorId, person } = await withPasskey(page)
  await signOut(page)
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
  const used: unknown[] = []
  cdp.on('WebAuthn.credentialAsserted', (event) => used.push(event))
  await useAtSignIn(page)
  await page.waitForTimeout(2_000) // the browser keeps asking
  expect(used).toEqual([])
  await page.goto('/private')
  await expect(page).toHaveURL(/\/login\?/)

  await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true })
  await asSuperuser(`UPDATE passkeys SET counter = 1000 FROM users WHERE users.id = user_id AND email = $1`, [person.email])
  const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId })
  expect(credentials).toHaveLength(1)
  await useAtSignIn(page)
  await expect(page.getByText(sentence('passkey-refused'))).toBeVisible()

  await asSuperuser('DELETE FROM passkeys USING users WHERE users.id = user_id AND email = $1', [person.email])
  await useAtSignIn(page)
  await expect(page.getByText(sentence('passkey-refused'))).toBeVisible()
})
