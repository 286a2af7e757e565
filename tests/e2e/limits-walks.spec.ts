import { expect, type Page, test } from '@playwright/test'
import { sentence } from '../../lib/messages'
import { fillSignIn, register, signOut, unknownEmail } from './people'

// Rate limits, with and without JavaScript: the form says when to try again, and keeps the email.

const TOO_MANY = /^Too many attempts\. Try again in \d+ (seconds?|minutes?)\.$/

async function askForLink(page: Page, email: string) {
  await page.goto('/forgot-password')
  await page.getByLabel('Email').fill(email)
  await page.getByRole('button', { name: 'Send reset link' }).click()
}

test('a guesser has to wait even with the correct password, and the user can sign in from their own browser', async ({ page, browser }) => {
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

test('a password reset can be requested five times before the form asks to wait', async ({ page }) => {
  const email = unknownEmail()
  for (let n = 0; n < 5; n += 1) {
    await askForLink(page, email)
    await expect(page.getByText('a link').first()).toBeVisible()
  }
  await askForLink(page, email)
  await expect(page.getByRole('main').getByRole('alert')).toHaveText(TOO_MANY)
  await expect(page.getByLabel('Email')).toHaveValue(email)
})
