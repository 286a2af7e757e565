import { expect, type Page, test } from '@playwright/test'
import { sentence } from '../../lib/messages'
import { fillSignIn, nobodysEmail, register, signOut } from './people'

// Trying too often, with JavaScript and without: it says until when, and the address that was typed stays.

const TOO_MANY = /^Too many attempts\. Try again in \d+ (seconds?|minutes?)\.$/

async function askForLink(page: Page, email: string) {
  await page.goto('/forgot-password')
  await page.getByLabel('Email').fill(email)
  await page.getByRole('button', { name: 'Send reset link' }).click()
}

test('whoever guesses has to wait, also with the right password, and the owner gets in from their own browser', async ({
  page,
  browser,
}) => {
  const person = await register(page)
  await signOut(page)
  const guesser = await (await browser.newContext()).newPage()
  await guesser.goto('/login')
  for (let n = 0; n < 5; n += 1) {
    await fillSignIn(guesser, { email: person.email, password: `not the password ${n}` })
    await expect(guesser.getByRole('main').getByRole('alert')).toHaveText(sentence('sign-in-failed'))
  }
  await fillSignIn(guesser, person)
  await expect(guesser.getByRole('main').getByRole('alert')).toHaveText(TOO_MANY)
  await expect(guesser.getByLabel('Email')).toHaveValue(person.email)
  await guesser.goto('/private')
  await expect(guesser).toHaveURL(/\/login/)

  await page.goto('/login')
  await fillSignIn(page, person)
  await expect(page).toHaveURL('/private')
})

test('a link for another password is sent five times, and then one has to wait', async ({ page }) => {
  const email = nobodysEmail()
  for (let n = 0; n < 5; n += 1) {
    await askForLink(page, email)
    await expect(page.getByText('a link').first()).toBeVisible()
  }
  await askForLink(page, email)
  await expect(page.getByRole('main').getByRole('alert')).toHaveText(TOO_MANY)
  await expect(page.getByLabel('Email')).toHaveValue(email)
})
