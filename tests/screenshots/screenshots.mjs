// npm run docs:screenshots: takes a picture of every page, state, and email, in both themes and two widths, checks each with axe,
// and writes the contact sheets in docs/images, the pictures of the home page and the README, and every picture to
// test-results/screenshots.
//   npm run docs:screenshots -- --no-build        on the existing build
//   npm run docs:screenshots -- product           only this contact sheet: public, product, settings, views, or email
//   npm run docs:screenshots -- pictures          only the pictures of the home page and the README
//   npm run docs:screenshots -- Projects Members  only pictures whose name begins so, and no contact sheets
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { chromium } from '@playwright/test'
import { runScript, say } from '../../lib/platform/cli.mjs'
import { prepare, ROOT } from '../../scripts/setup.mjs'
import { findBrowser } from '../run/browser.mjs'
import { atMost } from '../run/processes.mjs'
import { build } from '../run/server.mjs'
import { renderEmails } from '../support/emails.mjs'
import { SCHEMES, signInAll, take, takeOne } from './camera.mjs'
import { startDemoServer } from './demo-server.mjs'
import { ERROR_SHOT, HOME_SHOT, README_SHOT, SHOTS } from './pages.mjs'
import { sheetOf, toWebp } from './sheet.mjs'

const FOLDER = path.join(ROOT, 'test-results', 'screenshots')
const SHEETS = ['public', 'product', 'settings', 'views', 'email']

/** @typedef {import('./camera.mjs').Picture} Picture */
/** @typedef {import('./camera.mjs').Subject} Subject */
/** @typedef {import('@playwright/test').Browser} Browser */

const only = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const sheets = only.length ? SHEETS.filter((name) => only.includes(name)) : SHEETS

/** Returns whether a screenshot was requested. @param {{ name: string, sheet: string }} shot */
function isWanted({ name, sheet }) {
  return sheets.length ? sheets.includes(sheet) : only.some((start) => name.startsWith(start))
}

await runScript(async () => {
  await prepare()
  const executablePath = await findBrowser()
  if (!process.argv.includes('--no-build')) await build()
  const wanted = SHOTS.filter(isWanted)
  const server = await startDemoServer([...new Set(wanted.flatMap(({ signUp = [] }) => signUp))])
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
  try {
    const pictures = await takeAll(browser, server)
    for (const name of sheets) await writeSheet(browser, name, pictures)
    const faults = pictures.flatMap((picture) => picture.faults)
    say(`${pictures.length} screenshots in test-results/screenshots, ${faults.length} faults.`)
    return faults.length ? 1 : 0
  } finally {
    await browser.close()
    await server.stop()
  }
})

/** @param {Browser} browser @param {import('./demo-server.mjs').DemoServer} server @returns {Promise<Picture[]>} */
async function takeAll(browser, { url, linkFor, query, others, stopDatabase }) {
  const cookies = await signInAll(
    browser,
    url,
    [...SHOTS, ERROR_SHOT].filter(isWanted).flatMap(({ as = [] }) => as),
  )
  /** @param {import('./pages.mjs').Shot} shot @returns {Subject} */
  const subjectOf = ({ name, sheet, only: device, inViews, as = '', signUp, path: target, prepare }) => ({
    name,
    sheet,
    only: device,
    inViews,
    cookies: cookies.get(as) ?? [],
    open: async (page) => {
      if (target) await page.goto((signUp ? (others[signUp] ?? '') : '') + target, { waitUntil: 'load' })
      await prepare?.(page, { linkFor, query })
    },
  })
  if (!only.length) rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(FOLDER, { recursive: true })
  if (!only.length || only.includes('pictures')) {
    const owner = await signInAll(browser, url, [HOME_SHOT.as])
    await takeForHome(browser, url, owner.get(HOME_SHOT.as) ?? [])
    await takeForReadme(browser, url)
  }
  const wanted = [...SHOTS.map(subjectOf), ...emails()].filter(isWanted)
  const taken = await atMost(2, wanted, async (subject) => keep(await take(browser, url, subject)))
  const pictures = taken.flat()
  if (isWanted(ERROR_SHOT)) {
    await stopDatabase()
    pictures.push(...keep(await take(browser, url, subjectOf(ERROR_SHOT))))
  }
  return pictures
}

/** @returns {Subject[]} */
function emails() {
  return Object.entries(renderEmails()).map(([template, html]) => ({
    name: `Email: ${template}`,
    sheet: 'email',
    cookies: [],
    open: (page) => page.setContent(html),
  }))
}

/** Writes the files, and prints what is wrong. @param {Picture[]} pictures */
function keep(pictures) {
  for (const { name, device, scheme, image, faults } of pictures) {
    const file = `${name.toLowerCase().replace(/[^a-z]+/g, '-')}-${device}-${scheme}.png`
    writeFileSync(path.join(FOLDER, file), image)
    for (const fault of faults) say(`${name} (${scheme}, ${device}): ${fault}`)
  }
  return pictures
}

/** @param {Browser} browser @param {string} name @param {Picture[]} pictures */
async function writeSheet(browser, name, pictures) {
  const page = await browser.newPage()
  const own = pictures.filter(({ sheet }) => sheet === name)
  writeFileSync(path.join(ROOT, 'docs', 'images', `sheet-${name}.webp`), await sheetOf(page, own))
  await page.close()
}

/** Takes the images of the home page. @param {Browser} browser @param {string} url @param {import('./camera.mjs').Cookies} cookies */
async function takeForHome(browser, url, cookies) {
  for (const [device, viewport] of Object.entries(HOME_SHOT.sizes)) {
    for (const colorScheme of SCHEMES) {
      const options = { baseURL: url, colorScheme, viewport, deviceScaleFactor: device ? 2 : 1.5 }
      const image = await takeOne(browser, cookies, HOME_SHOT.path, options)
      const page = await browser.newPage()
      writeFileSync(path.join(ROOT, 'app', '(public)', `home-${device}${colorScheme}.webp`), await toWebp(page, image, 0.82))
      await page.close()
    }
  }
}

/** Takes the images of the README. @param {Browser} browser @param {string} url */
async function takeForReadme(browser, url) {
  for (const colorScheme of SCHEMES) {
    const image = await takeOne(browser, [], README_SHOT.path, { baseURL: url, colorScheme, viewport: README_SHOT.size })
    writeFileSync(path.join(ROOT, 'docs', 'images', `register-${colorScheme}.png`), image)
  }
}
