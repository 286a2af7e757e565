import { sentence } from '../../lib/messages'
import * as labels from '../support/labels'
import { fillRegistration, fillSignIn, newPerson, PASSWORD, register, signOut, unknownEmail } from './people'
import { expect, test } from './test'

// Run with and without JavaScript.

// ASVS 7.3.2, 14.3.1
test('registers from the home page, signs out, and returns to the requested page after sign-in', async ({ page, context }) => {
  const person = newPerson()
  const days = async () => {
    const { expires = 0 } = (await context.cookies()).find(({ name }) => name.endsWith('session-token')) ?? {}
    return expires > 0 ? Math.round((expires - Date.now() / 1000) / 86_400) : 'until the browser closes'
  }
  await page.goto('/')
  await expect(page.getByRole('link', { name: labels.signIn })).toBeVisible()
  await page.getByRole('link', { name: labels.createAccount }).click()
  await fillRegistration(page, person)

  await expect(page).toHaveURL('/private')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Welcome')
  await expect(page.getByRole('main').getByText(person.email)).toBeVisible()
  await expect(page.getByRole('main').getByRole('link', { name: person.accountName })).toBeVisible()
  expect(await days()).toBe('until the browser closes')

  await signOut(page)
  await expect(page.getByRole('link', { name: labels.signIn })).toBeVisible()
  await page.goBack()
  await expect(page).toHaveURL('/login?callbackUrl=%2Fprivate')
  await expect(page.getByText(person.email)).toHaveCount(0)

  await page.goto('/private/settings?tab=profile')
  await expect(page).toHaveURL('/login?callbackUrl=%2Fprivate%2Fsettings%3Ftab%3Dprofile')
  await page.getByLabel(labels.rememberMe).check()
  await fillSignIn(page, person)
  await expect(page).toHaveURL('/private/settings?tab=profile')
  await expect(page.getByRole('main').getByText(person.email)).toBeVisible()
  expect(await days()).toBe(60)
})

test('the requested page survives failed attempts and the switch to the other form', async ({ page }) => {
  await page.goto('/private/accounts/new')
  await expect(page).toHaveURL('/login?callbackUrl=%2Fprivate%2Faccounts%2Fnew')
  await fillSignIn(page, { email: unknownEmail(), password: PASSWORD })
  await expect(page.getByText(sentence('sign-in-failed'))).toBeVisible()
  await page.getByRole('link', { name: labels.createAccount }).click()
  await expect(page).toHaveURL('/register?callbackUrl=%2Fprivate%2Faccounts%2Fnew')
  const person = newPerson()
  await fillRegistration(page, { ...person, password: 'password' })
  await expect(page.getByText(sentence('password-common'))).toBeVisible()
  await fillRegistration(page, person)
  await expect(page).toHaveURL('/private/accounts/new')
})

test('redirects signed-in users away from the forms, and shows their accounts on the home page', async ({ page }) => {
  const person = await register(page)
  for (const [path, to] of [
    ['/login', '/private'],
    ['/register', '/private'],
    ['/login?callbackUrl=%2Fprivate%2Fsettings', '/private/settings'],
  ] as const) {
    const { location } = (await page.request.get(path, { maxRedirects: 0 })).headers()
    expect(location).toBe(to)
  }
  await page.goto('/')
  await expect(page.getByRole('link', { name: person.email })).toBeVisible()
  await page.getByText('Accounts', { exact: true }).click()
  await page.getByRole('link', { name: person.accountName }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(person.accountName)
})
