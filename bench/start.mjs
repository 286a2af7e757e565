// The time from the start of a process to its first answer, and its memory after load.
import { startApp, startFloor } from './apps.mjs'
import { loadPages } from './load.mjs'
import { median } from './statistics.mjs'

const PAGES = 1_500
const LOADED_PAGES = ['/private', '/private/accounts/team', '/private/accounts/team/projects']

/** @param {import('./plan.mjs').Bench} bench @returns {Promise<import('./plan.mjs').Row[]>} */
export async function start({ app, urls, plan }) {
  /** @type {{ app: number[], floor: number[] }} */
  const times = { app: [], floor: [] }
  const { AUTH_SECRET = '', PASSWORD_PEPPER = '', FACTOR_KEY = '' } = app.env
  for (let round = 0; round < plan.starts; round += 1) {
    const floor = await startFloor()
    await floor.stop()
    const again = await startApp(urls, { database: 'bench', isNew: false, env: { AUTH_SECRET, PASSWORD_PEPPER, FACTOR_KEY } })
    await again.stop()
    times.floor.push(floor.startMs)
    times.app.push(again.startMs)
  }
  return [{ id: 'start', values: [median(times.app) / median(times.floor)], raw: times }]
}

/**
 * The memory of new servers after as many pages each, so that it does not depend on what the other parts did before.
 * @param {import('./plan.mjs').Bench} bench @returns {Promise<import('./plan.mjs').Row[]>}
 */
export async function memory({ app, urls, cookie, plan }) {
  /** @type {{ app: number[], floor: number[] }} */
  const megabytes = { app: [], floor: [] }
  const { AUTH_SECRET = '', PASSWORD_PEPPER = '', FACTOR_KEY = '' } = app.env
  for (let round = 0; round < plan.starts / 2; round += 1) {
    const floor = await startFloor()
    await requestPages([`${floor.origin}/dynamic`], { cookie: 'session=x' })
    megabytes.floor.push(floor.rss())
    await floor.stop()
    const again = await startApp(urls, { database: 'bench', isNew: false, env: { AUTH_SECRET, PASSWORD_PEPPER, FACTOR_KEY } })
    await requestPages(
      LOADED_PAGES.map((page) => `${again.origin}${page}`),
      { cookie },
    )
    megabytes.app.push(again.rss())
    await again.stop()
  }
  const raw = { 'MB of the app': megabytes.app, 'MB of the floor': megabytes.floor }
  return [{ id: 'memory', values: [median(megabytes.app) / median(megabytes.floor)], raw }]
}

/** @param {string[]} urls which share the pages evenly @param {Record<string, string>} headers */
async function requestPages(urls, headers) {
  for (const url of urls) await loadPages({ url, connections: 16, status: 200, headers }, PAGES / urls.length)
}
