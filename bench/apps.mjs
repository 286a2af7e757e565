// The two servers that are compared: this app and the floor. Both are standalone builds of the same Next, and run alike.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CliError } from '../lib/platform/cli.mjs'
import { freePort } from '../scripts/postgres.mjs'
import { freshSecret, ROOT, run } from '../scripts/setup.mjs'
import { createDatabase, named } from '../tests/run/databases.mjs'
import { NO_SETTINGS, RESULTS } from '../tests/run/server.mjs'

const FLOOR = path.join(ROOT, 'bench', 'floor')
const FLOOR_SERVER = path.join(FLOOR, '.next', 'standalone', 'bench', 'floor')
/** What `npm start` gives to Node. */
export const NODE_OPTIONS = '--max-old-space-size=1024 --max-semi-space-size=32'
/** What lets a server answer `liveMemory`. */
export const LIVE_MEMORY = `--import=${path.join(ROOT, 'bench', 'live-memory.mjs')}`
const START_TIMEOUT_MS = 60_000
const POLL_MS = 5

/**
 * @typedef {object} App
 * @property {string} origin
 * @property {Record<string, string>} env its settings
 * @property {number} startMs from the start of the process to its first answer
 * @property {() => number} rss memory of the process, in MB
 * @property {() => Promise<number>} liveMemory in MB, after a full garbage collection; needs {@link LIVE_MEMORY} in NODE_OPTIONS
 * @property {() => Promise<void>} stop
 */

/** Builds both apps. @param {{ reuse: boolean }} options `reuse`: keep builds that are there */
export async function buildApps({ reuse }) {
  if (!reuse || !existsSync(path.join(ROOT, '.next', 'standalone'))) {
    if ((await run(process.execPath, ['scripts/build.mjs'], process.env)) !== 0) throw new CliError('The build failed.')
  }
  if (reuse && existsSync(FLOOR_SERVER)) return
  const env = { ...process.env, NODE_ENV: 'production' }
  const code = await run(process.execPath, ['node_modules/next/dist/bin/next', 'build', FLOOR], /** @type {NodeJS.ProcessEnv} */ (env))
  if (code !== 0) throw new CliError('The build of bench/floor failed.')
  cpSync(path.join(FLOOR, '.next', 'static'), path.join(FLOOR_SERVER, '.next', 'static'), { recursive: true })
}

/** Starts the floor. @returns {Promise<App>} */
export async function startFloor() {
  const port = await freePort()
  return start(path.join(FLOOR_SERVER, 'server.js'), '/dynamic', {
    PORT: String(port),
    APP_URL: `http://localhost:${port}`,
    HOSTNAME: '0.0.0.0',
  })
}

/**
 * Starts this app on a database, or on a new copy of the template. Its own limits allow the load of one client; the worker is off.
 * @param {{ superuser: string, runtime: string }} urls of the template
 * @param {{ database: string, isNew?: boolean, env?: Record<string, string> }} options
 * @returns {Promise<App>}
 */
export async function startApp(urls, { database, isNew = true, env = {} }) {
  const port = await freePort()
  const databaseEnv = isNew ? await createDatabase(urls, database) : databaseUrls(urls, database)
  return start(path.join(ROOT, 'scripts', 'start.mjs'), '/login', {
    ...NO_SETTINGS,
    ...databaseEnv,
    PORT: String(port),
    APP_URL: `http://localhost:${port}`,
    AUTH_SECRET: freshSecret(),
    PASSWORD_PEPPER: freshSecret(),
    FACTOR_KEY: freshSecret(),
    TRUSTED_PROXIES: '1',
    REQUESTS_PER_ADDRESS: '1000',
    WORKER: 'off',
    NODE_OPTIONS,
    ...env,
  })
}

/** @param {{ superuser: string, runtime: string }} urls @param {string} database */
function databaseUrls({ superuser, runtime }, database) {
  return { DATABASE_URL: named(runtime, database), DATABASE_SUPERUSER_URL: named(superuser, database) }
}

/** @param {string} file @param {string} first the page that answers first @param {Record<string, string>} env @returns {Promise<App>} */
async function start(file, first, env) {
  mkdirSync(RESULTS, { recursive: true })
  const log = path.join(RESULTS, `bench-${env.PORT}.log`)
  const output = openSync(log, 'w')
  const began = performance.now()
  const child = spawn(process.execPath, [file], {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', output, output, 'ipc'],
  })
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    await Promise.race([exited, sleep(5_000).then(() => child.kill('SIGKILL'))])
  }
  while (!(await isAnswered(`${env.APP_URL}${first}`))) {
    if (child.exitCode === null && performance.now() - began < START_TIMEOUT_MS) continue
    await stop()
    throw new CliError(`The server did not start:\n${readFileSync(log, 'utf8').slice(-2_000)}`)
  }
  const startMs = performance.now() - began
  return { origin: env.APP_URL ?? '', env, startMs, rss: () => rssOf(child.pid ?? 0), liveMemory: () => liveMemoryOf(child), stop }
}

/** @param {string} url */
async function isAnswered(url) {
  const response = await fetch(url).catch(() => undefined)
  await response?.text()
  if (!response?.ok) await sleep(POLL_MS)
  return response?.ok ?? false
}

/** @param {import('node:child_process').ChildProcess} child */
async function liveMemoryOf(child) {
  child.send('')
  const [bytes] = await once(child, 'message')
  return bytes / 1024 / 1024
}

/** @param {number} pid */
function rssOf(pid) {
  return Number(spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).stdout) / 1024
}
