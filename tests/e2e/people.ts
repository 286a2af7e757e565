import { randomBytes } from 'node:crypto'
import { asSuperuser } from '../support/database'
import { HttpClient, SESSION_COOKIE } from '../support/http-client'
import * as labels from '../support/labels'
import { newUser } from '../support/new-user'
import { expect, type Page, test } from './test'

export { PASSWORD, unique } from '../support/new-user'

export function newPerson() {
  const { accountName, email, password } = newUser()
  return { accountName, email, password }
}

/** An email that no user has, and with which no other test failed to sign in. */
export function unknownEmail(): string {
  return `unknown-${randomBytes(4).toString('hex')}@example.com`
}

/** Waits until React has taken over the page, so that its forms no longer post by themselves. */
export async function untilHydrated(page: Page, form = 'main form') {
  await page
    .locator(form)
    .first()
    .evaluate(async (form) => {
      while (!Object.keys(form).some((key) => key.startsWith('__reactProps'))) await new Promise(requestAnimationFrame)
    })
}

/** Fills in and submits the registration form. */
export async function fillRegistration(page: Page, person: { accountName: string; email: string; password: string }) {
  await page.getByLabel(labels.accountName).fill(person.accountName)
  await page.getByLabel(labels.email).fill(person.email)
  await page.getByLabel(labels.password).fill(person.password)
  await page.getByRole('button', { name: labels.createAccount }).click()
}

/** What a session over HTTP is called: Chrome on Linux. */
export const USER_AGENT = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'

/**
 * Registers a new user over HTTP, which is faster than the form, and gives their cookies to the browser. Opens no page.
 * @param isConfirmed whether to confirm their email in the database, without the link
 * @param isSignedIn whether the browser gets the session too, or only the cookie by which the user's sign-in knows it
 */
export async function register(page: Page, person = newPerson(), { isConfirmed = true, isSignedIn = true } = {}) {
  const client = new HttpClient(process.env.BASE_URL ?? '')
  const answer = await client.submit('/register', labels.createAccount, person, {
    headers: { 'user-agent': USER_AGENT },
    timeoutMs: 20_000,
  })
  expect(answer.status).toBe(303)
  if (isConfirmed) await asSuperuser('UPDATE users SET email_verified_at = now() WHERE email = $1', [person.email])
  const cookies = [...client.cookies]
    .filter(([name]) => isSignedIn || name !== SESSION_COOKIE)
    .map(([name, value]) => ({ name, value, url: client.origin, httpOnly: true, sameSite: 'Lax' as const }))
  await page.context().addCookies(cookies)
  return person
}

/** Fills in and submits the sign-in form. */
export async function fillSignIn(page: Page, { email, password }: { email: string; password: string }) {
  await page.getByLabel(labels.email).fill(email)
  await page.getByLabel(labels.password).fill(password)
  await page.getByRole('button', { name: labels.signIn }).click()
}

/**
 * Presses the three dots of a row. They open the menu of the row or, without JavaScript, its page, which offers the same.
 * Before the page has its code, they are a link too.
 */
export async function pressDots(page: Page, about: string): Promise<void> {
  const dots = page.getByRole('button', { name: labels.actionsFor(about), exact: true })
  if (test.info().project.use.javaScriptEnabled ?? true) {
    await expect.poll(() => dots.evaluate((element) => Object.keys(element).some((key) => key.startsWith('__react')))).toBe(true)
  }
  await dots.click()
}

/** The account switcher's button in the rail of private pages. */
export const switcher = (page: Page) => page.getByRole('complementary').locator('[popovertarget="accounts"]')

/** Signs out with the button, which private pages keep in the user's menu. It leads to the public home page. */
export async function signOut(page: Page) {
  const menu = page.getByRole('complementary').getByRole('button', { name: /^Your menu/ })
  await page.getByRole('button', { name: labels.signOut }).or(menu).first().waitFor()
  if (await menu.isVisible()) await menu.click()
  await page.getByRole('button', { name: labels.signOut }).click()
  await expect(page).toHaveURL('/')
}
