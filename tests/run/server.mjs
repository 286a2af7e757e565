// A production server for suites and benchmarks, on a copy of the test template, and the mail server that it sends to.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { CliError, say } from '../../scripts/cli.mjs'
import { freshSecret, ROOT, run } from '../../scripts/setup.mjs'

const SERVER_START_TIMEOUT_MS = 60_000

/** Set to nothing, so that what a developer's .env says does not reach the tests; and no mail goes anywhere. */
export const NO_SETTINGS = {
  PASSWORD_MIN_LENGTH: '',
  TRUSTED_PROXIES: '',
  SIGN_UP: '',
  HIBP: '',
  HIBP_URL: '',
  DATABASE_POOL_SIZE: '',
  DATABASE_OWNER_URL: '',
  SMTP_URL: '',
  MAIL_FROM: '',
  WORKER: '',
  MAIL: 'log',
}

/**
 * A production build and its server, on a copy of the template.
 * @param {{ superuser: string, owner: string, runtime: string }} urls @param {(() => Promise<unknown>)[]} cleanups
 * @returns {Promise<Record<string, string>>} what the suites need to know of it
 */
export async function buildAndServe(urls, cleanups) {
  await build()
  return serveBuild(urls, cleanups)
}

/** The production build. */
export async function build() {
  say('Building.')
  if ((await run(process.execPath, ['scripts/build.mjs'])) !== 0)
    throw new CliError('The production build failed; its own words are above.')
}

/**
 * A server of the build that is there, on a copy of the template.
 * @param {{ superuser: string, owner: string, runtime: string }} urls @param {(() => Promise<unknown>)[]} cleanups
 * @param {{ database?: string, env?: Record<string, string> }} options the name of the copy, and what else the server is told
 * @returns {Promise<Record<string, string>>} what the suites need to know of it
 */
export async function serveBuild(urls, cleanups, { database = 'atrium_served', env = {} } = {}) {
  const [{ copyTemplate, named }, { freePort }] = await Promise.all([import('./databases.mjs'), import('../../scripts/postgres.mjs')])
  await copyTemplate(urls.superuser, database)
  const mailbox = await receiveMail(cleanups)
  const port = await freePort()
  const settings = {
    ...NO_SETTINGS,
    PORT: String(port),
    APP_URL: `http://localhost:${port}`,
    DATABASE_URL: named(urls.runtime, database),
    AUTH_SECRET: freshSecret(),
    PASSWORD_PEPPER: freshSecret(),
    MAIL: '',
    SMTP_URL: mailbox.url,
    MAIL_FROM: 'Atrium <atrium@example.com>',
  }
  const server = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: ROOT,
    env: { ...process.env, ...settings, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  cleanups.push(() => endServer(server))
  await untilOpen(server)
  return {
    ...settings,
    BASE_URL: settings.APP_URL,
    DATABASE_SUPERUSER_URL: named(urls.superuser, database),
    ATRIUM_MAILBOX: mailbox.folder,
  }
}

/** @param {(() => Promise<unknown>)[]} cleanups */
async function receiveMail(cleanups) {
  const { startMailServer } = await import('./mail-server.mjs')
  const folder = mkdtempSync(path.join(tmpdir(), 'atrium-mail-'))
  const { url, stop } = await startMailServer(folder)
  cleanups.push(async () => {
    await stop()
    rmSync(folder, { recursive: true, force: true })
  })
  return { url, folder }
}

/** @param {import('node:child_process').ChildProcess} server @returns {Promise<void>} */
function untilOpen(server) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new CliError('The production server did not open in time.')), SERVER_START_TIMEOUT_MS)
    server.once('exit', () => reject(new CliError('The production server ended while starting; its own words are above.')))
    server.stdout?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      if (!text.includes('Ready at ')) return
      clearTimeout(timer)
      resolve()
    })
  })
}

/** @param {import('node:child_process').ChildProcess} server @returns {Promise<void>} */
function endServer(server) {
  if (server.exitCode !== null || server.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    server.once('exit', () => resolve())
    server.kill('SIGTERM')
  })
}
