import { expect, type Page, test } from '@playwright/test'
import { sentence } from '../../lib/messages'
import { HttpClient } from '../support/http-client'
import { fillSignIn, newPerson, register, unknownEmail } from './people'

// Rate limits, with and without JavaScript: the form says when to try again, and keeps the email.

const TOO_MANY = /^Too many attempts\. Try again in \d+ (seconds?|minutes?)\.$/

/** Submits a form four times over HTTP, which is one less than its limit and faster than a browser. */
async function fourTimes(path: string, button: string, fields: Record<string, string>) {
  const client = new HttpClient(process.env.BASE_URL ?? '')
  for (let n = 0; n < 4; n += 1) await client.submit(path, button, fields)
}

async function askForLink(page: Page, email: string) {
  await page.goto('/forgot-password')
  await page.getByLabel('Email').fill(email)
  await page.getByRole('button', { name: 'Send reset link' }).click()
}

test('a guesser has to wait even with the correct password, and the user can sign in from their own browser', async ({ page, browser }) => {
  const person = await register(page, newPerson(), { isSignedIn: false })
  await fourTimes('/login', 'Sign in', { email: person.email, password: 'not the password' })
  const guesser = await (await browser.newContext()).newPage()
  await guesser.goto('/login')
  await fillSignIn(guesser, { email: person.email, password: 'not the password' })
  await expect(guesser.getByRole('main').getByRole('alert')).toHaveText(sentence('sign-in-failed'))
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
  await fourTimes('/forgot-password', 'Send reset link', { email })
  await askForLink(page, email)
  await expect(page.getByText('a link').first()).toBeVisible()
  await askForLink(page, email)
  await expect(page.getByRole('main').getByRole('alert')).toHaveText(TOO_MANY)
  await expect(page.getByLabel('Email')).toHaveValue(email)
})
