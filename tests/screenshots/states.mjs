import { PASSWORD } from './camera.mjs'
import { signIn } from './second-factors.mjs'

/** Brings pages into the states of accounts and members, for pages.mjs. */
const KINGFISHER = '/private/accounts/kingfisher-works'

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {import('./pages.mjs').Help} Help */

/** @param {Page} page @param {string} name */
const press = (page, name) => page.getByRole('button', { name, exact: true }).click()

/** Fills in the form on the page. @param {Page} page */
export async function register(page) {
  await page.getByLabel('Account name').fill('Wren Studio')
  await page.getByLabel('Email').fill('wilma@wren.example')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await press(page, 'Create account')
  await page.locator('main [role="status"]').first().waitFor()
}

/** @param {Page} page @param {string} name @returns {Promise<string>} the path of the new account */
async function createAccount(page, name) {
  await page.goto('/private/accounts/new')
  await page.getByLabel('Account name').fill(name)
  await press(page, 'Create account')
  await page.waitForURL(/\/accounts\/(?!new)/)
  return new URL(page.url()).pathname
}

/** Creates an account, deletes it, and opens Home. @param {Page} page */
export async function deleteAccount(page) {
  const account = await createAccount(page, 'Dipper Studio')
  await page.goto(`${account}/settings`)
  await page.getByLabel('Confirm deletion').fill('Dipper Studio')
  await press(page, 'Delete account')
  await page.waitForURL(/\/private$/)
}

/** @type {Promise<void> | undefined} */
let joined

/** Makes Priya a member of sixty more accounts. @param {Page} page @param {Help} help */
export async function joinMany(page, { query }) {
  joined ??= query(
    `WITH made AS (
       INSERT INTO accounts (id, name, name_key, slug)
       SELECT gen_random_uuid(), 'Reed Bed ' || n, 'reed bed ' || n, 'reed-bed-' || n FROM generate_series(1, 60) AS n RETURNING id)
     INSERT INTO memberships (account_id, user_id, role)
     SELECT made.id, users.id, 'MEMBER' FROM made, users WHERE email = 'priya@heron.example'`,
  )
  await joined
  await page.reload()
}

/** @type {Promise<void> | undefined} */
let offered

/** Offers the ownership of Kingfisher Works to Inês, in another browser of its owner, and opens its members. @param {Page} page */
export async function offerOwnership(page) {
  await page.goto(`${KINGFISHER}/members`)
  offered ??= offer(page)
  await offered
  await page.reload()
  await page.getByRole('button', { name: 'Accept ownership' }).waitFor()
}

/** @param {Page} page */
async function offer(page) {
  const context = await page
    .context()
    .browser()
    ?.newContext({ baseURL: new URL(page.url()).origin })
  const other = await context?.newPage()
  if (!other) throw new Error('The screenshot needs a separate browser.')
  await signIn(other, 'karl@kingfisher.example')
  await other.waitForURL(/\/private/)
  await other.goto(`${KINGFISHER}/members`)
  await other
    .getByRole('main')
    .getByRole('link', { name: /^Inês Duarte/ })
    .click()
  await press(other, 'Offer ownership')
  await other.getByRole('button', { name: 'Withdraw offer' }).waitFor()
  await context?.close()
}

/** Opens a form in a session whose password was entered an hour ago. @param {Page} page @param {Help} help */
export async function openStale(page, { query }) {
  await signIn(page, 'priya@heron.example')
  await page.waitForURL(/\/private/)
  await query(
    `UPDATE session_proofs SET proven_at = now() - interval '1 hour' WHERE session_hash = (
       SELECT id_hash FROM sessions JOIN users ON users.id = user_id WHERE email = 'priya@heron.example' ORDER BY sessions.created_at DESC LIMIT 1)`,
  )
  await page.goto('/private/settings/email')
}

const LONGEST = 'Gesellschaft für Vogelkunde, Naturfotografie und Verlagswesen am Bodensee (GVNV)'

/** @type {Promise<string> | undefined} */
let longest

/** Opens a page of a new account with a name of 80 characters. @param {Page} page @param {Help} _help */
export async function openLongest(page, _help, below = '') {
  longest ??= createAccount(page, LONGEST)
  await page.goto(`${await longest}${below}`)
}
