import { message, sentence } from '../../lib/messages'
import * as labels from '../support/labels'
import { newestMail, subjectOf } from '../support/mailbox'
import { newPerson, register } from './people'
import { expect, type Page, test } from './test'

// Signing in with a link in an email, and with the code that it shows in another browser. Run with and without JavaScript.

/** Requests a link on the sign-in page, after a redirect from a private page. @returns the link's path */
async function request(page: Page, email: string, after = new Date(0)): Promise<string> {
  await page.goto('/private/settings/sessions')
  await page.getByRole('link', { name: labels.emailSignInLink }).click()
  await expect(page.getByRole('heading', { name: labels.signInByEmail })).toBeVisible() // the previous page has the same field
  await page.getByLabel(labels.email).fill('not an address')
  await page.getByRole('button', { name: labels.emailSignInLink }).click()
  await expect(page.getByText('Enter an email address, such as')).toBeVisible()
  await page.getByLabel(labels.email).fill(email)
  await page.getByRole('button', { name: labels.emailSignInLink }).click()
  await expect(page.getByRole('heading', { name: labels.checkYourEmail })).toBeVisible()
  await expect(page.getByText(sentence(message('sign-in-link-requested', { email })))).toBeVisible()
  const { pathname, search } = new URL((await newestMail(email, { subject: subjectOf('sign-in-link'), after })).links[0] ?? '')
  return `${pathname}${search}`
}

test('a sign-in link signs in the browser that requested it, and shows a code for it in another', async ({ page, anotherBrowser }) => {
  const person = await register(page, newPerson(), { isSignedIn: false })
  const link = await request(page, person.email)
  const elsewhere = await anotherBrowser()
  await elsewhere.goto(link)
  await expect(elsewhere.getByText(person.email)).toBeVisible()
  await expect(elsewhere.getByRole('button', { name: labels.signIn })).toHaveCount(0)
  await elsewhere.getByRole('button', { name: labels.showCode }).click()
  await expect(elsewhere.getByRole('heading', { name: labels.enterCodeElsewhere })).toBeVisible()
  const code = (await elsewhere.getByText(/^\d{3} \d{3}$/).textContent()) ?? ''
  await page.getByLabel(labels.code).fill('12')
  await page.getByRole('button', { name: labels.signIn }).click()
  await expect(page.getByText(sentence('code-missing'))).toBeVisible()
  await page.getByLabel(labels.code).fill(String((Number(code.replace(' ', '')) + 1) % 1_000_000).padStart(6, '0'))
  await page.getByRole('button', { name: labels.signIn }).click()
  await expect(page.getByText(sentence('sign-in-code-incorrect'))).toBeVisible()
  await page.getByLabel(labels.code).fill(code)
  await page.getByRole('button', { name: labels.signIn }).click()
  await expect(page).toHaveURL('/private/settings/sessions')
  await elsewhere.goto('/private')
  await expect(elsewhere).toHaveURL(/\/login/)
  await elsewhere.goto(link)
  await expect(elsewhere.getByRole('heading', { name: labels.deadLink })).toBeVisible()

  await page.context().clearCookies()
  const first = new Date()
  await page.goto(await request(page, person.email, first))
  await expect(page).toHaveURL('/sign-in/open?callbackUrl=%2Fprivate%2Fsettings%2Fsessions')
  await expect(page.getByText(`You’ll sign in as ${person.email}.`)).toBeVisible()
  await page.getByLabel(labels.rememberMe).check()
  await page.getByRole('button', { name: labels.signIn }).click()
  await expect(page).toHaveURL('/private/settings/sessions')
})
