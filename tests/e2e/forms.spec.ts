import { message, sentence } from '../../lib/messages'
import * as labels from '../support/labels'
import { fillRegistration, fillSignIn, newPerson, PASSWORD, register, unknownEmail } from './people'
import { expect, type Page, test } from './test'

// Errors have the same text with and without JavaScript, are tied to their field, and keep what was typed.

async function expectError(page: Page, label: string, message: string) {
  const field = page.getByLabel(label)
  await expect(field).toHaveAttribute('aria-invalid', 'true')
  await expect(field).toHaveAccessibleDescription(new RegExp(message.replace(/[.?]/g, '\\$&')))
  await expect(field).toBeFocused()
}

test('registering shows each error at its field, and keeps what was typed', async ({ page }) => {
  await page.goto('/register')
  for (const { change, label, error } of REFUSED) {
    const person = { ...newPerson(), ...change }
    await fillRegistration(page, person)
    await expectError(page, label, error)
    await expect(page.getByLabel(labels.accountName)).toHaveValue(person.accountName)
    await expect(page.getByLabel(labels.email)).toHaveValue(person.email)
    await expect(page).toHaveURL('/register')
  }
})

const REFUSED = [
  { change: { accountName: '' }, label: labels.accountName, error: sentence('account-name-missing') },
  { change: { accountName: 'x' }, label: labels.accountName, error: sentence(message('too-short', { min: 2 })) },
  { change: { accountName: 'Her\u200bon' }, label: labels.accountName, error: sentence('invisible-characters') },
  { change: { email: '' }, label: labels.email, error: sentence('email-missing') },
  { change: { email: 'ada' }, label: labels.email, error: sentence('email-invalid') },
  { change: { password: 'short' }, label: labels.password, error: sentence(message('too-short', { min: 8 })) },
  { change: { password: 'Password1' }, label: labels.password, error: sentence('password-common') },
  {
    change: { accountName: 'Kingfisher', password: 'my Kingfisher secret' },
    label: labels.password,
    error: sentence('password-has-account'),
  },
]

test('a taken email and a taken account name show their errors at their fields', async ({ page }) => {
  const first = await register(page, newPerson(), { isSignedIn: false })
  const second = newPerson()
  await page.goto('/register')
  await fillRegistration(page, { ...second, email: first.email.toUpperCase() })
  await expectError(page, 'Email', sentence('email-taken'))
  await fillRegistration(page, { ...second, accountName: `  ${first.accountName.toUpperCase()} ` })
  await expectError(page, labels.accountName, sentence('account-name-taken'))
  await fillRegistration(page, second)
  await expect(page).toHaveURL('/private')
})

// ASVS 14.2.6
test('the response to a form never contains the password', async ({ page }) => {
  const person = await register(page, newPerson(), { isSignedIn: false })
  const secret = 'a very particular phrase'
  await page.goto('/register')
  const refusedRegistration = await bodyOfPost(page, secret, () =>
    fillRegistration(page, { ...newPerson(), email: person.email, password: secret }),
  )
  await expect(page.getByText(sentence('email-taken'))).toBeVisible()
  await page.goto('/login')
  const refusedSignIn = await bodyOfPost(page, secret, () => fillSignIn(page, { ...person, password: secret }))
  await expect(page.getByText(sentence('sign-in-failed'))).toBeVisible()
  // With JavaScript, the response contains the code of the message, otherwise the sentence.
  expect(refusedRegistration).toMatch(/email-taken|This email is already registered/)
  expect(refusedSignIn).toMatch(/sign-in-failed|Email or password is incorrect/)
  expect(refusedRegistration + refusedSignIn).not.toContain(secret)
})

/** Returns the body of the response to the POST that has the secret. It intercepts the response, because the browser may discard the body first. */
async function bodyOfPost(page: Page, secret: string, send: () => Promise<void>): Promise<string> {
  let body = ''
  await page.route('**/*', async (route) => {
    if (!route.request().postData()?.includes(secret)) return route.fallback()
    const response = await route.fetch({ maxRedirects: 0 })
    body = await response.text()
    await route.fulfill({ response, body })
  })
  await send()
  await expect.poll(() => body).not.toBe('')
  await page.unroute('**/*')
  return body
}

test('a failed sign-in keeps the email and the checked box', async ({ page }) => {
  const email = unknownEmail()
  await page.goto('/login')
  await page.getByLabel(labels.rememberMe).check()
  await fillSignIn(page, { email, password: PASSWORD })
  await expect(page.getByRole('alert').filter({ hasText: sentence('sign-in-failed') })).toBeVisible()
  await expect(page.getByLabel(labels.email)).toHaveValue(email)
  await expect(page.getByLabel(labels.rememberMe)).toBeChecked()
})

test('the theme button cycles through the themes, and the next page keeps the choice', async ({ page, context }) => {
  await page.goto('/')
  const html = page.locator('html')
  await expect(html).not.toHaveAttribute('data-theme')
  for (const theme of ['light', 'dark']) {
    await page.getByRole('button', { name: /^Theme/ }).click()
    await expect(html).toHaveAttribute('data-theme', theme)
  }
  await expect(page.getByRole('button', { name: /Theme: dark/ })).toBeVisible()
  // The page turns dark before the response arrives, and leaving it earlier would cancel the request.
  await expect.poll(async () => (await context.cookies()).find(({ name }) => name === 'atrium.theme')?.value).toBe('dark')
  await page.goto('/login')
  await expect(html).toHaveAttribute('data-theme', 'dark')
})
