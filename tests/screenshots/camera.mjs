import { AxeBuilder } from '@axe-core/playwright'

/** @typedef {{ width: number, height: number, forcedColors?: 'active' }} View */

/** @type {Record<string, View>} */
const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } }
/** More ways to look at a page. At 200 % zoom, a window of 1280 pixels has room for 640. @type {Record<string, View>} */
const VIEWS = {
  tablet: { width: 768, height: 1024 },
  wide: { width: 1920, height: 1080 },
  zoomed: { width: 640, height: 400 },
  forced: { width: 1280, height: 800, forcedColors: 'active' },
}
export const SCHEMES = /** @type {const} */ (['light', 'dark'])
const COLOR_RULES = ['color-contrast', 'link-in-text-block']
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
export const PASSWORD = 'seven quiet geese'

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {import('@playwright/test').Browser} Browser */
/** @typedef {Awaited<ReturnType<import('@playwright/test').BrowserContext['cookies']>>} Cookies */
/** @typedef {{ name: string, sheet: string, only?: string | undefined, inViews?: boolean | undefined, cookies: Cookies, open: (page: Page) => Promise<unknown> }} Subject */
/** @typedef {{ name: string, sheet: string, device: string, scheme: string, image: Buffer, faults: string[] }} Picture */

/**
 * Opens a page once, and takes it at both widths in both themes; with `inViews`, in more views and the light theme instead.
 * @param {Browser} browser @param {string} url of the server @param {Subject} subject @returns {Promise<Picture[]>}
 */
export async function take(browser, url, { name, sheet, only, inViews, cookies, open }) {
  const context = await browser.newContext({
    baseURL: url,
    reducedMotion: 'reduce',
    viewport: SIZES[only === 'phone' ? 'phone' : 'desktop'] ?? null,
  })
  await context.addCookies(cookies)
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  const failed = await open(page).then(
    () => [],
    (/** @type {Error} */ error) => [error.message.split('\n')[0] ?? ''],
  )
  /** @type {Picture[]} */
  const pictures = []
  for (const [device, { forcedColors = 'none', ...viewport }] of Object.entries(inViews ? VIEWS : SIZES)) {
    if (only && only !== device) continue
    await page.setViewportSize(viewport)
    for (const scheme of inViews ? /** @type {const} */ (['light']) : SCHEMES) {
      await page.emulateMedia({ colorScheme: scheme, forcedColors })
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))) // it has the new colors
      const faults = [...(pictures.length ? [] : failed), ...(await check(page, scheme, forcedColors))]
      pictures.push({ name, sheet, device, scheme, faults, image: await page.screenshot({ fullPage: true }) })
    }
  }
  await context.close()
  return pictures
}

/** Takes one page in a theme. @param {Browser} browser @param {Cookies} cookies @param {string} path @param {import('@playwright/test').BrowserContextOptions} options */
export async function takeOne(browser, cookies, path, options) {
  const context = await browser.newContext(options)
  await context.addCookies(cookies)
  const page = await context.newPage()
  await page.goto(path, { waitUntil: 'load' })
  const image = await page.screenshot()
  await context.close()
  return image
}

/** Signs in people of the demo data. @param {Browser} browser @param {string} url @param {string[]} emails @returns {Promise<Map<string, Cookies>>} */
export async function signInAll(browser, url, emails) {
  const cookies = new Map()
  for (const email of new Set(emails)) cookies.set(email, await signIn(browser, url, email))
  return cookies
}

/** @param {Browser} browser @param {string} url @param {string} email @returns {Promise<Cookies>} */
async function signIn(browser, url, email) {
  const context = await browser.newContext({ baseURL: url, javaScriptEnabled: false })
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

/**
 * Returns what axe finds, and whether the page scrolls sideways. The dark theme differs in its colors only, so it needs only the
 * rules about them.
 * @param {Page} page @param {string} scheme @param {string} forcedColors @returns {Promise<string[]>}
 */
async function check(page, scheme, forcedColors) {
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] })
  if (forcedColors === 'active') axe.disableRules('color-contrast') // axe reads the page's colors, and the browser paints its own
  const { violations } = await (scheme === 'dark' ? axe.withRules(COLOR_RULES) : axe.withTags(TAGS)).analyze()
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  return [
    ...violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 120)} ${failureSummary}`).join(' ')}`,
    ),
    ...(excess > 0 ? [`${excess} px wider than the window`] : []),
  ]
}
