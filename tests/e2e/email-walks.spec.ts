import { message, sentence } from '../../lib/messages'
import { asSuperuser } from '../support/database'
import * as labels from '../support/labels'
import { newestMail, subjectOf } from '../support/mailbox'
import { fillSignIn, newPerson, PASSWORD, register, signOut } from './people'
import { expect, type Page, test } from './test'

// Confirming and changing an email, and resetting a password, with the emails that are sent. Run with and without JavaScript.

const NEW_PASSWORD = 'eleven grey pelicans'

/** Opens the link in the newest email with this subject. */
async function openLink(page: Page, email: string, subject: string) {
  const mail = await newestMail(email, { subject })
  const { pathname, search } = new URL(mail.links[0] ?? '')
  await page.goto(`${pathname}${search}`)
}

const banner = (page: Page) => page.getByRole('region', { name: labels.emailConfirmation })

async function submitChange(page: Page, email: string) {
  await page.goto('/private/settings/email')
  await page.getByLabel(labels.newEmail).fill(email)
  await page.getByRole('button', { name: labels.changeEmail }).click()
}

async function requestChange(page: Page, email: string) {
  await submitChange(page, email)
  await expect(page.getByText(`we sent a link to ${email}`).first()).toBeVisible()
}

async function setPassword(page: Page) {
  await page.getByLabel(labels.newPassword).fill(NEW_PASSWORD)
  await page.getByRole('button', { name: labels.setPassword }).click()
  await expect(page.getByText('Password changed. Sign in with your new password.')).toBeVisible()
}

test('the banner resends the confirmation link, and the link confirms the email of a signed-in user', async ({ page }) => {
  const person = await register(page, newPerson(), { isConfirmed: false })
  await page.goto('/private')
  await expect(banner(page)).toContainText(`We sent a link to ${person.email}.`)
  await banner(page).getByRole('button', { name: labels.sendNewLink }).click()
  await expect(page.getByText(sentence('verification-too-soon')).first()).toBeVisible()
  const first = await newestMail(person.email, { subject: subjectOf('verify-email') })
  await asSuperuser(`UPDATE tokens SET created_at = created_at - interval '1 minute' WHERE email = $1`, [person.email])
  await banner(page).getByRole('button', { name: labels.sendNewLink }).click()
  await expect(page.getByText(sentence(message('verification-sent', { email: person.email }))).first()).toBeVisible()
  await newestMail(person.email, { after: new Date(first.at) })

  await openLink(page, person.email, subjectOf('verify-email'))
  await expect(page).toHaveURL('/verify-email/open')
  await expect(page.getByText(person.email)).toBeVisible()
  await page.getByRole('button', { name: labels.confirmEmail }).click()
  await expect(page.getByRole('heading', { name: labels.emailIsConfirmed })).toBeVisible()
  await page.getByRole('link', { name: labels.goToYourAccounts }).click()
  await expect(page).toHaveURL('/private')
  await expect(banner(page)).toHaveCount(0)
  await page.goto(new URL(first.links[0] ?? '').pathname)
  await expect(page.getByRole('heading', { name: labels.deadLink })).toBeVisible()
})

test('a user requests a change of email, confirms it, and signs in with the new email', async ({ page }) => {
  const person = await register(page)
  const email = newPerson().email
  await page.goto('/private/settings')
  await page.getByRole('link', { name: labels.changeEmail }).click()
  await expect(page).toHaveURL('/private/settings/email')
  await submitChange(page, person.email.toUpperCase())
  await expect(page.getByText(sentence('email-unchanged'))).toBeVisible()
  await requestChange(page, email)
  await page.goto('/private/settings/email') // not a reload, which without JavaScript would post the form again
  await expect(page.getByText('Pending confirmation')).toBeVisible()
  await openLink(page, email, subjectOf('confirm-new-email'))
  await expect(page.getByText(`use ${email} to sign in`)).toBeVisible()
  await page.getByRole('button', { name: labels.confirmNewEmail }).click()
  await expect(page.getByRole('heading', { name: labels.emailIsConfirmed })).toBeVisible()
  expect((await newestMail(person.email, { subject: subjectOf('email-changed') })).text).toContain(email)
  await page.goto('/private')
  await expect(page.getByText(`You’re signed in as ${email}.`)).toBeVisible()
  await signOut(page)
  await page.goto('/login')
  await fillSignIn(page, { email, password: PASSWORD })
  await expect(page).toHaveURL('/private')
})

test('the old email can be kept after it has changed, which requires a new password', async ({ page, anotherBrowser }) => {
  const person = await register(page)
  const email = newPerson().email
  await requestChange(page, email)
  const elsewhere = await anotherBrowser()
  await openLink(elsewhere, email, subjectOf('confirm-new-email'))
  await elsewhere.getByLabel(labels.password, { exact: true }).fill(PASSWORD)
  await elsewhere.getByRole('button', { name: labels.confirmNewEmail }).click()
  await expect(elsewhere.getByRole('heading', { name: labels.emailIsConfirmed })).toBeVisible()
  await openLink(elsewhere, person.email, subjectOf('email-changed'))
  await elsewhere.getByRole('button', { name: labels.keepEmail }).click()
  await expect(elsewhere.getByText(sentence(message('email-restored', { email: person.email })))).toBeVisible()
  await page.goto('/private')
  await expect(page).toHaveURL('/login?callbackUrl=%2Fprivate')
  await setPassword(elsewhere)
  await fillSignIn(page, person)
  await expect(page.getByText(sentence('sign-in-failed'))).toBeVisible()
  await fillSignIn(page, { email: person.email, password: NEW_PASSWORD })
  await expect(page).toHaveURL('/private')
  expect((await newestMail(person.email, { subject: subjectOf('password-changed') })).links).toHaveLength(1)
})

// ASVS 6.4.3
test('a user resets a forgotten password, signs in with it, and returns to the requested page', async ({ page }) => {
  const person = await register(page, newPerson(), { isSignedIn: false })
  await page.goto('/private/settings?tab=profile')
  await page.getByRole('link', { name: labels.forgotPassword }).click()
  await expect(page).toHaveURL('/forgot-password?callbackUrl=%2Fprivate%2Fsettings%3Ftab%3Dprofile')
  await page.getByLabel(labels.email).fill('not an address')
  await page.getByRole('button', { name: labels.sendResetLink }).click()
  await expect(page.getByText('Enter an email address, such as')).toBeVisible()
  await page.getByLabel(labels.email).fill(person.email)
  await page.getByRole('button', { name: labels.sendResetLink }).click()
  await expect(page.getByText(sentence(message('password-reset-requested', { email: person.email }))).first()).toBeVisible()

  await openLink(page, person.email, subjectOf('password-reset'))
  await page.getByLabel(labels.newPassword).fill('password1')
  await page.getByRole('button', { name: labels.setPassword }).click()
  await expect(page.getByText(sentence('password-common'))).toBeVisible()
  await setPassword(page)
  await fillSignIn(page, { email: person.email, password: NEW_PASSWORD })
  await expect(page).toHaveURL('/private/settings?tab=profile')
  await openLink(page, person.email, subjectOf('password-reset'))
  await expect(page.getByRole('heading', { name: labels.deadLink })).toBeVisible()
  await page.getByRole('link', { name: labels.sendNewLink }).click() // works for a signed-in user too
  await expect(page).toHaveURL(/\/forgot-password/)
  await expect(page.getByRole('button', { name: labels.sendResetLink })).toBeVisible()
})
