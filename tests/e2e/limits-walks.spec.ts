import { sentence } from '../../lib/messages'
import { HttpClient } from '../support/http-client'
import * as labels from '../support/labels'
import { fillSignIn, register } from './people'
import { expect, test } from './test'

// Rate limits, with and without JavaScript: the form says when to try again, and keeps the email.

const TOO_MANY = /^Too many attempts\. Try again in \d+ (seconds?|minutes?)\.$/

/** Submits a form four times over HTTP, which is one less than its limit and faster than a browser. */
async function fourTimes(path: string, button: string, fields: Record<string, string>) {
  const client = new HttpClient(process.env.BASE_URL ?? '')
  for (let n = 0; n < 4; n += 1) await client.submit(path, button, fields)
}

test('a guesser has to wait even with the correct password, and keeps the email', async ({ page }) => {
  const person = await register(page)
  await page.context().clearCookies() // a browser that the user did not use before
  await fourTimes('/login', labels.signIn, { email: person.email, password: 'not the password' })
  await page.goto('/login')
  await fillSignIn(page, { email: person.email, password: 'not the password' })
  await expect(page.getByRole('main').getByRole('alert')).toHaveText(sentence('sign-in-failed'))
  await fillSignIn(page, person)
  await expect(page.getByRole('main').getByRole('alert')).toHaveText(TOO_MANY)
  await expect(page.getByLabel(labels.email)).toHaveValue(person.email)
})
