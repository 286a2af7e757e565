import { expect, test } from '@playwright/test'
import { sentence } from '../../lib/messages'
import { fillRegistration, fillSignIn, newPerson, nobodysEmail, PASSWORD, register, signOut, unique } from './people'

// Every walk here is run twice: with JavaScript and without.

test('from home through registering to the private page, out, and back to where one wanted to be', async ({ page }) => {
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

test('where one wanted to be survives the way to the other form and failed tries', async ({ page }) => {
  await page.goto('/private/accounts/new')
  await expect(page).toHaveURL('/login?callbackUrl=%2Fprivate%2Faccounts%2Fnew')
  await fillSignIn(page, { email: nobodysEmail(), password: PASSWORD })
  await expect(page.getByText(sentence('sign-in-failed'))).toBeVisible()
  await page.getByRole('link', { name: 'Create account' }).click()
  await expect(page).toHaveURL('/register?callbackUrl=%2Fprivate%2Faccounts%2Fnew')
  const person = newPerson()
  await fillRegistration(page, { ...person, password: 'password' })
  await expect(page.getByText(sentence('password-common'))).toBeVisible()
  await fillRegistration(page, person)
  await expect(page).toHaveURL('/private/accounts/new')
})

test('a further account: made, entered, and in the navigation', async ({ page }) => {
  await register(page)
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

test('the profile name, saved and shown to the members', async ({ page }) => {
  const person = await register(page)
  await page.goto('/private/settings')
  await page.getByLabel('Your name').fill('Ada Heron')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText(sentence('profile-saved')).first()).toBeVisible()
  await expect(page.getByLabel('Your name')).toHaveValue('Ada Heron')
  await page.goto('/private')
  await page.getByRole('main').getByRole('link', { name: person.accountName }).click()
  await expect(page.getByRole('cell', { name: /Ada Heron/ })).toBeVisible()
})

test('someone signed in has no use for the forms, and home knows them', async ({ page }) => {
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
test('after signing out, "back" shows nothing private', async ({ page }) => {
  const person = await register(page)
  await page.goto('/private/settings')
  await signOut(page)
  await page.goBack()
  await expect(page).toHaveURL(/\/login\?callbackUrl=/)
  await expect(page.getByText(person.email)).toHaveCount(0)
})

test('answers the same 404 for the slug of a stranger’s account and for an unknown one', async ({ page, browser, javaScriptEnabled }) => {
  const { accountName } = await register(page)
  const stranger = await browser.newContext()
  const other = await stranger.newPage()
  await register(other)
  const slug = accountName.toLowerCase().replaceAll(' ', '-')
  const [foreign, unknown] = [await other.goto(`/private/accounts/${slug}`), await other.goto('/private/accounts/nobody-has-this')]
  expect([foreign?.status(), unknown?.status()]).toEqual([404, 404])
  await expect(other.getByRole('main').getByText(accountName)).toHaveCount(0)
  if (javaScriptEnabled) await expect(other.getByRole('heading', { level: 1 })).toHaveText('Page not found') // Next fills an error page by script
  await stranger.close()
})
