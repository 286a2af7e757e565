import { expect, test } from '@playwright/test'
import { sentence } from '../../lib/messages'
import { fillRegistration, fillSignIn, newPerson, PASSWORD, register, signOut, unique, unknownEmail } from './people'

// Run with and without JavaScript.

test('registers from the home page, signs out, and returns to the requested page after sign-in', async ({ page }) => {
  const person = newPerson()
  await page.goto('/')
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible()
  await page.getByRole('link', { name: 'Create account' }).click()
  await fillRegistration(page, person)

  await expect(page).toHaveURL('/private')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Welcome')
  await expect(page.getByRole('main').getByText(person.email)).toBeVisible()
  await expect(page.getByRole('main').getByRole('link', { name: person.accountName })).toBeVisible()

  await signOut(page)
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible()
  await page.goto('/private/settings?tab=profile')
  await expect(page).toHaveURL('/login?callbackUrl=%2Fprivate%2Fsettings%3Ftab%3Dprofile')
  await fillSignIn(page, person)
  await expect(page).toHaveURL('/private/settings?tab=profile')
  await expect(page.getByRole('main').getByText(person.email)).toBeVisible()
})

test('the requested page survives failed attempts and the switch to the other form', async ({ page }) => {
  await page.goto('/private/accounts/new')
  await expect(page).toHaveURL('/login?callbackUrl=%2Fprivate%2Faccounts%2Fnew')
  await fillSignIn(page, { email: unknownEmail(), password: PASSWORD })
  await expect(page.getByText(sentence('sign-in-failed'))).toBeVisible()
  await page.getByRole('link', { name: 'Create account' }).click()
  await expect(page).toHaveURL('/register?callbackUrl=%2Fprivate%2Faccounts%2Fnew')
  const person = newPerson()
  await fillRegistration(page, { ...person, password: 'password' })
  await expect(page.getByText(sentence('password-common'))).toBeVisible()
  await fillRegistration(page, person)
  await expect(page).toHaveURL('/private/accounts/new')
})

test('creates another account, opens it, and lists it', async ({ page }) => {
  await register(page)
  await page.goto('/private')
  const accountName = unique('Kingfisher')
  await page.getByRole('main').getByRole('link', { name: 'New account' }).click()
  await page.getByLabel('Account name').fill(accountName)
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page).toHaveURL(/\/private\/accounts\/kingfisher-/)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(accountName)
  await expect(page.getByRole('main').getByText('Owner').first()).toBeVisible()
  await expect(page.getByRole('main').getByText('(you)')).toBeVisible()
  await page.goto('/private')
  await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(2)
})

test('saves the profile name, and shows it to other members', async ({ page }) => {
  const person = await register(page)
  await page.goto('/private/settings')
  await page.getByLabel('Your name').fill('Ada Heron')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText(sentence('profile-saved')).first()).toBeVisible()
  await expect(page.getByLabel('Your name')).toHaveValue('Ada Heron')
  await page.goto('/private')
  await page.getByRole('main').getByRole('link', { name: person.accountName }).click()
  await expect(page.getByRole('main').getByText('Ada Heron').first()).toBeVisible()
})

test('redirects signed-in users away from the forms, and shows their accounts on the home page', async ({ page }) => {
  const person = await register(page)
  await page.goto('/login')
  await expect(page).toHaveURL('/private')
  await page.goto('/register')
  await expect(page).toHaveURL('/private')
  await page.goto('/login?callbackUrl=%2Fprivate%2Fsettings')
  await expect(page).toHaveURL('/private/settings')
  await page.goto('/')
  await expect(page.getByRole('link', { name: person.email })).toBeVisible()
  await page.getByText('Accounts', { exact: true }).click()
  await page.getByRole('link', { name: person.accountName }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(person.accountName)
})

// ASVS 14.3.1
test('shows nothing private after signing out and going back', async ({ page }) => {
  const person = await register(page)
  await page.goto('/private/settings')
  await signOut(page)
  await page.goBack()
  await expect(page).toHaveURL(/\/login\?callbackUrl=/)
  await expect(page.getByText(person.email)).toHaveCount(0)
})

test('answers the same 404 for another user’s account and an unknown one', async ({ page, browser, javaScriptEnabled }) => {
  const { accountName } = await register(page)
  const stranger = await browser.newContext()
  const other = await stranger.newPage()
  await register(other)
  const slug = accountName.toLowerCase().replaceAll(' ', '-')
  const [foreign, unknown] = [await other.goto(`/private/accounts/${slug}`), await other.goto('/private/accounts/no-such-account')]
  expect([foreign?.status(), unknown?.status()]).toEqual([404, 404])
  await expect(other.getByRole('main').getByText(accountName)).toHaveCount(0)
  if (javaScriptEnabled) await expect(other.getByRole('heading', { level: 1 })).toHaveText('Page not found') // Next renders its error pages with scripts
  await stranger.close()
})
