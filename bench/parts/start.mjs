// The time from the start of a process to its first answer, and its memory after load.
import { startApp, startFloor } from '../apps.mjs'
import { median } from '../statistics.mjs'

/** @param {import('../bench.mjs').Bench} bench @returns {Promise<import('../bench.mjs').Row[]>} */
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

/** Call it after the load. @param {import('../bench.mjs').Bench} bench @returns {Promise<import('../bench.mjs').Row[]>} */
export async function memory({ app, floor }) {
  const raw = { 'MB of the app': [app.rss()], 'MB of the floor': [floor.rss()] }
  return [{ id: 'memory', values: [app.rss() / floor.rss()], raw }]
}
