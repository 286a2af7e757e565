import { generateSync } from 'otplib'
import { PASSWORD } from './camera.mjs'

/** Brings pages into the states of second factors, for pages.mjs. */
const SECURITY = '/private/settings/security'
/** from prisma/seed.ts */
const DEMO_KEY = 'MEQHGZLDOJSXIIDPMYQHI2DFEBSGK3LP'

/** @typedef {import('@playwright/test').Page} Page */

/** @param {Page} page @param {string} name */
const press = (page, name) => page.getByRole('button', { name, exact: true }).click()
/** @param {string} secret */
const codeOf = (secret) => generateSync({ secret, epoch: Math.floor(Date.now() / 1000) })

/** @param {Page} page @param {string} email */
export async function signIn(page, email) {
  await page.goto('/login')
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await press(page, 'Sign in')
}

/** @type {Promise<import('./camera.mjs').Cookies> | undefined} */
let remembered

/** Opens a session of the demo data's user with an authenticator app, in a browser that is remembered. @param {Page} page */
export async function signInAndRemember(page) {
  remembered ??= remember(page) // a code works once
  await page.context().addCookies(await remembered)
}

/** @param {Page} page */
async function remember(page) {
  await signIn(page, 'nils@heron.example')
  await page.getByLabel('Code', { exact: true }).fill(codeOf(DEMO_KEY))
  await page.getByLabel('Don’t ask again on this browser for 30 days').check()
  await press(page, 'Continue')
  await page.waitForURL(/\/private$/)
  return page.context().cookies()
}

/** Sets up an authenticator app, up to the recovery codes. @param {Page} page */
export async function enroll(page) {
  await page.goto(SECURITY)
  await press(page, 'Set up')
  const key = (await page.locator('dd code').textContent())?.replaceAll(' ', '') ?? ''
  await page.getByLabel('Code', { exact: true }).fill(codeOf(key))
  await press(page, 'Add authenticator app')
  await page.getByRole('heading', { name: 'Save your recovery codes' }).waitFor()
}

/** Adds a passkey of Chromium's virtual authenticator, and saves the recovery codes. @param {Page} page */
export async function addPasskey(page) {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const options = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true }
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: /** @type {never} */ ({ ...options, automaticPresenceSimulation: true }),
  })
  await page.goto(`${SECURITY}/passkey`)
  await press(page, 'Create a passkey')
  await page.waitForURL((url) => !url.pathname.endsWith('/passkey'))
}

/** @type {Promise<void> | undefined} */
let required

/** Makes Kingfisher Works require a second factor of everyone, as its owner, in another browser. @param {Page} page */
export function requireFactor(page) {
  required ??= changePolicy(page)
  return required
}

/** @param {Page} page */
async function changePolicy(page) {
  const context = await page
    .context()
    .browser()
    ?.newContext({ baseURL: new URL(page.url()).origin })
  const other = await context?.newPage()
  if (!other) throw new Error('The screenshot needs a separate browser.')
  await signIn(other, 'karl@kingfisher.example')
  await other.waitForURL(/\/private/)
  await enroll(other)
  await press(other, 'I saved these codes')
  await other.waitForURL(/settings\/security$/)
  await other.goto('/private/accounts/kingfisher-works/settings/security')
  await other.getByLabel('Required for').selectOption('everyone')
  await press(other, 'Review changes')
  await press(other, 'Save policy')
  await other.waitForURL(/\/settings\/security$/)
  await context?.close()
}
