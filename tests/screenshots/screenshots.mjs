// npm run docs:screenshots: takes a picture of every page and email, in both themes and two widths, checks each with axe, and
// writes docs/images/contact-sheet.webp, the pictures of the home page, and every picture to test-results/screenshots.
// It needs a running `npm run dev` with the demo data of `npm run db:seed`.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium } from '@playwright/test'
import { CliError, runScript, say } from '../../scripts/cli.mjs'
import { ROOT, readDevNote } from '../../scripts/setup.mjs'
import { findBrowser } from '../run/browser.mjs'
import { renderEmails } from '../support/emails.mjs'
import { HOME_SHOT, SHOTS } from './pages.mjs'
import { sheetOf, toWebp } from './sheet.mjs'

const PASSWORD = 'seven quiet geese'
const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } }
const SCHEMES = /** @type {const} */ (['light', 'dark'])
const FOLDER = path.join(ROOT, 'test-results', 'screenshots')
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {import('@playwright/test').Browser} Browser */
/** @typedef {Awaited<ReturnType<import('@playwright/test').BrowserContext['cookies']>>} Cookies */
/** @typedef {{ name: string, cookies: Cookies, open: (page: Page) => Promise<unknown> }} Subject */

await runScript(async () => {
  const url = readDevNote()?.url
  if (!url) throw new CliError('Start npm run dev and run npm run db:seed first.')
  const browser = await chromium.launch({ executablePath: await findBrowser(), args: ['--no-sandbox', '--disable-gpu'] })
  rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(FOLDER, { recursive: true })
  const only = process.argv[2]
  const cookies = await signInAll(browser, url)
  const subjects = subjectsFrom(cookies).filter(({ name }) => !only || name.startsWith(only))
  /** @type {import('./sheet.mjs').Picture[]} */
  const pictures = []
  let faults = 0
  for (const scheme of SCHEMES) {
    for (const [device, viewport] of Object.entries(SIZES)) {
      for (const subject of subjects) {
        const { image, found } = await take(browser, subject, { baseURL: url, viewport, colorScheme: scheme, reducedMotion: 'reduce' })
        faults += report(`${subject.name} (${scheme}, ${device})`, found)
        const file = `${subject.name.toLowerCase().replace(/[^a-z]+/g, '-')}-${device}-${scheme}.png`
        writeFileSync(path.join(FOLDER, file), image)
        pictures.push({ name: subject.name, image })
      }
    }
    if (!only)
      await takeForHome(browser, cookies.get(HOME_SHOT.as) ?? [], {
        baseURL: url,
        viewport: SIZES.desktop,
        colorScheme: scheme,
        deviceScaleFactor: 1.5,
      })
  }
  if (!only) writeFileSync(path.join(ROOT, 'docs', 'images', 'contact-sheet.webp'), await sheetOf(await browser.newPage(), pictures))
  await browser.close()
  say(`${pictures.length} pictures in test-results/screenshots, ${faults} faults.`)
  return faults ? 1 : 0
})

/** @param {string} title @param {string[]} found @returns {number} how many */
function report(title, found) {
  for (const fault of found) say(`${title}: ${fault}`)
  return found.length
}

/** Returns the pages and the emails. @param {Map<string, Cookies>} cookies @returns {Subject[]} */
function subjectsFrom(cookies) {
  const pages = SHOTS.map(({ name, path: target, as = '', act }) => ({
    name,
    cookies: cookies.get(as) ?? [],
    open: async (/** @type {Page} */ page) => {
      await page.goto(target, { waitUntil: 'load' })
      await hideDevelopmentTools(page)
      await act?.(page)
    },
  }))
  const emails = Object.entries(renderEmails()).map(([template, html]) => ({
    name: `Email: ${template}`,
    cookies: [],
    open: (/** @type {Page} */ page) => page.setContent(html),
  }))
  return [...pages, ...emails]
}

/**
 * @param {Browser} browser @param {Subject} subject @param {import('@playwright/test').BrowserContextOptions} options
 * @returns {Promise<{ image: Buffer, found: string[] }>} the picture, and what is wrong
 */
async function take(browser, { cookies, open }, options) {
  const context = await browser.newContext(options)
  await context.addCookies(cookies)
  const page = await context.newPage()
  const opened = await open(page).then(
    () => [],
    (/** @type {Error} */ error) => [error.message.split('\n')[0] ?? ''],
  )
  const found = [...opened, ...(await check(page))]
  const image = await page.screenshot()
  await context.close()
  return { image, found }
}

/** @param {Browser} browser @param {Cookies} cookies @param {import('@playwright/test').BrowserContextOptions} options */
async function takeForHome(browser, cookies, options) {
  const context = await browser.newContext(options)
  await context.addCookies(cookies)
  const page = await context.newPage()
  await page.goto(HOME_SHOT.path, { waitUntil: 'load' })
  await hideDevelopmentTools(page)
  writeFileSync(path.join(ROOT, 'app', `home-${options.colorScheme}.webp`), await toWebp(page, await page.screenshot(), 0.82))
  await context.close()
}

/** Signs in everyone of the pictures once. @param {Browser} browser @param {string} url @returns {Promise<Map<string, Cookies>>} */
async function signInAll(browser, url) {
  const cookies = new Map()
  for (const email of new Set(SHOTS.flatMap(({ as = [] }) => as))) cookies.set(email, await signIn(browser, url, email))
  return cookies
}

/** @param {Browser} browser @param {string} url @param {string} email @returns {Promise<Cookies>} */
async function signIn(browser, url, email) {
  const context = await browser.newContext({ baseURL: url })
  const page = await context.newPage()
  await page.goto('/login')
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL(/\/private/)
  const cookies = await context.cookies()
  await context.close()
  return cookies
}

/** @param {Page} page */
async function hideDevelopmentTools(page) {
  await page.evaluate(() => document.querySelector('nextjs-portal')?.remove())
}

/** Returns what axe finds, and whether the page scrolls sideways. @param {Page} page @returns {Promise<string[]>} */
async function check(page) {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze()
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  return [
    ...violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' ')}`),
    ...(excess > 0 ? [`${excess} px wider than the window`] : []),
  ]
}
