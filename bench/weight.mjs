// What a page sends: HTML, and JavaScript that a browser loads without any interaction.
import { findBrowser } from '../tests/run/browser.mjs'
import { median } from './statistics.mjs'

/** @param {import('./plan.mjs').Bench} bench @returns {Promise<import('./plan.mjs').Row[]>} */
export async function weight({ app, floor, cookie }) {
  const html = await (await fetch(`${app.origin}/private`, { headers: { cookie } })).text()
  const { chromium } = await import('@playwright/test')
  const browser = await chromium.launch({ executablePath: await findBrowser(), args: ['--no-sandbox', '--disable-gpu', '--disable-quic'] })
  try {
    const scripts = (/** @type {string} */ url, signedIn = false) => scriptBytes(browser, url, signedIn ? cookie : '')
    const base = await scripts(`${floor.origin}/form`)
    const forms = [await scripts(`${app.origin}/login`), await scripts(`${app.origin}/register`)]
    const inside = []
    for (const at of ['', '/accounts/team', '/accounts/team/projects', '/accounts/team/members'])
      inside.push(await scripts(`${app.origin}/private${at}`, true))
    return [
      { id: 'script-forms', values: forms.map((bytes) => bytes / base), raw: { 'bytes of the floor': [base], bytes: forms } },
      { id: 'script-inside', values: [median(inside.map((bytes) => bytes / base)), Math.max(...inside) / base], raw: { bytes: inside } },
      { id: 'html', values: [Buffer.byteLength(html) / 1000] },
    ]
  } finally {
    await browser.close()
  }
}

/** Returns the bytes of scripts, as compressed by the server. @param {import('@playwright/test').Browser} browser @param {string} url @param {string} cookie */
async function scriptBytes(browser, url, cookie) {
  const context = await browser.newContext()
  const [name = '', value = ''] = cookie.split(/=(.*)/s)
  if (cookie) await context.addCookies([{ name, value, url }])
  const page = await context.newPage()
  await page.goto(url, { waitUntil: 'networkidle' })
  const bytes = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map((entry) => /** @type {PerformanceResourceTiming} */ (entry))
      .filter((entry) => new URL(entry.name).pathname.endsWith('.js'))
      .reduce((sum, entry) => sum + entry.encodedBodySize, 0),
  )
  await context.close()
  return bytes
}
