// Lighthouse on the public pages. It is not a dependency, because it brings a hundred packages: npx fetches it.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { say } from '../lib/platform/cli.mjs'
import { findBrowser } from '../tests/run/browser.mjs'

const VERSION = 'lighthouse@12.2.3' // the last major version for Node 20
const CATEGORIES = /** @type {const} */ (['accessibility', 'best-practices', 'seo', 'performance'])
const TIMES = ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'speed-index', 'cumulative-layout-shift'] // what performance consists of
const TIMEOUT_MS = 120_000
const REPORT_MAX_BYTES = 64 * 1024 * 1024

/** @param {import('./plan.mjs').Bench} bench @returns {Promise<import('./plan.mjs').Row[]>} nothing where Lighthouse does not run */
export async function lighthouse({ app, floor }) {
  try {
    const base = await scoresOf(`${floor.origin}/form`)
    /** @type {number[][]} */
    const pages = []
    for (const at of ['/', '/login', '/register']) pages.push(await scoresOf(`${app.origin}${at}`))
    const lowest = CATEGORIES.map((_, index) => Math.min(...pages.map((scores) => scores[index] ?? 0)))
    const [accessibility = 0, practices = 0, seo = 0, performance = 0] = lowest
    return [
      { id: 'lighthouse', values: [accessibility, practices, seo] },
      {
        id: 'lighthouse-performance',
        values: [performance - (base[3] ?? 0)],
        raw: { 'Lighthouse performance of the floor': [base[3] ?? 0] },
      },
    ]
  } catch (error) {
    say(`  not measured: ${error instanceof Error ? error.message.split('\n')[0] : error}`)
    return []
  }
}

/** @param {string} url @returns {Promise<number[]>} scores of up to 100, in the order of the categories */
async function scoresOf(url) {
  const args = [
    '--yes',
    VERSION,
    url,
    '--output=json',
    '--quiet',
    '--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-quic',
  ]
  const env = { ...process.env, CHROME_PATH: await findBrowser() }
  const { stdout } = await promisify(execFile)('npx', args, { env, timeout: TIMEOUT_MS, maxBuffer: REPORT_MAX_BYTES })
  const { categories, audits } = JSON.parse(stdout)
  const scores = CATEGORIES.map((name) => Math.round(categories[name].score * 100))
  say(`  ${url.padEnd(36)} ${CATEGORIES.map((name, index) => `${name} ${scores[index]}`).join(', ')}`)
  say(`  ${''.padEnd(36)} ${TIMES.map((name) => `${audits[name].title} ${audits[name].displayValue}`).join(', ')}`)
  return scores
}
