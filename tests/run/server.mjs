// A production server for the black-box suites and the benchmarks, with its own database and mailbox.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { CliError } from '../../lib/platform/cli.mjs'
import { freshSecret, ROOT } from '../../scripts/setup.mjs'
import { runNode } from './processes.mjs'

const START_TIMEOUT_MS = 90_000
const POLL_MS = 100
const STOP_TIMEOUT_MS = 15_000

/** Results and logs of the last run. Ignored by Git. */
export const RESULTS = path.join(ROOT, 'test-results')

/** All tests share one client address. Fifty of its requests at once would open too many database connections at once. */
export const SHARED_ADDRESS = { SIGN_INS_PER_ADDRESS: '100000', REQUESTS_PER_ADDRESS: '20' }

/** Clears the settings of a developer's `.env`, so that they do not affect the tests. Mail goes to the log. */
export const NO_SETTINGS = {
  PASSWORD_MIN_LENGTH: '',
  TRUSTED_PROXIES: '',
  SIGN_UP: '',
  HIBP: '',
  HIBP_URL: '',
  DATABASE_POOL_SIZE: '',
  SIGN_INS_PER_ADDRESS: '',
  REQUESTS_PER_ADDRESS: '',
  MAX_CONNECTIONS: '',
  MAX_PENDING_INVITATIONS: '',
  DATABASE_OWNER_URL: '',
  SMTP_URL: '',
  SMTP_TLS: '',
  MAIL_FROM: '',
  SUPPORT_EMAIL: '',
  ALLOW_HTTP: '',
  EMBEDDED_POSTGRES: '',
  WORKER: '',
  MAIL: 'log',
  LOG_LEVEL: '',
  OTEL_EXPORTER_OTLP_ENDPOINT: '',
  WEBHOOK_SECRET: '',
  JOBS_SECRET: '',
}

/** Makes the production build. @throws {CliError} when it fails */
export async function build() {
  if ((await runNode(['scripts/build.mjs'])) !== 0) throw new CliError('The production build failed. See its output above.')
}

export const FAST_HASHING = {
  NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import=${pathToFileURL(path.join(import.meta.dirname, 'fast-hashing.mjs')).href}`,
}

/** Generates a secret as Standard Webhooks defines it: base64, where other secrets are base64url. */
export function freshWebhookSecret() {
  return `whsec_${randomBytes(32).toString('base64')}`
}

/**
 * @typedef {object} TestServer
 * @property {Record<string, string>} env what a test process needs to reach the server, its database and its mail
 * @property {() => Promise<void>} stop
 */

/**
 * Starts a server of the current build on a new copy of the template database. Its log goes to `test-results`.
 * @param {{ superuser: string, runtime: string }} urls of the template database
 * @param {{ database?: string, env?: Record<string, string>, fastHashing?: boolean, runtime?: import('./suites.mjs').Runtime }} [options] database: the copy's name;
 *   env: replaces the default settings; fastHashing: bcrypt at a low cost, for tests that do not measure time; runtime: what to start, by default `npm start`
 * @returns {Promise<TestServer>}
 */
export async function startServer(urls, { database = 'atrium_server', env = {}, fastHashing = false, runtime = 'start' } = {}) {
  const [{ createDatabase }, { freePort }] = await Promise.all([import('./databases.mjs'), import('../../scripts/postgres.mjs')])
  const port = await freePort()
  const { args, cwd, env: own, remove } = programOf(runtime, String(port))
  const databaseEnv = await createDatabase(urls, database)
  const mailbox = await startMailbox()
  const settings = {
    ...NO_SETTINGS,
    PORT: String(port),
    APP_URL: `http://localhost:${port}`,
    ...databaseEnv,
    AUTH_SECRET: freshSecret(),
    PASSWORD_PEPPER: freshSecret(),
    FACTOR_KEY: freshSecret(),
    ...(fastHashing ? { DATABASE_POOL_SIZE: '40' } : {}), // cheap hashes let fifty parallel requests reach the database at once
    ...SHARED_ADDRESS,
    MAIL: '',
    WEBHOOK_SECRET: freshWebhookSecret(),
    JOBS_SECRET: freshSecret(),
    SMTP_URL: mailbox.url,
    MAIL_FROM: 'Heron <heron@example.com>',
    ...env,
  }
  mkdirSync(RESULTS, { recursive: true })
  const log = path.join(RESULTS, `server-${database}.log`)
  const output = openSync(log, 'w')
  const server = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, ...own, ...settings, ...(fastHashing ? FAST_HASHING : {}) },
    stdio: ['ignore', output, output],
  })
  const stop = async () => {
    await stopProcess(server)
    await mailbox.stop()
    remove()
  }
  try {
    await waitUntilReady(server, settings.APP_URL, log)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    env: {
      ...settings,
      BASE_URL: settings.APP_URL,
      ATRIUM_MAILBOX: mailbox.folder,
    },
    stop,
  }
}

/**
 * Returns what to start, and where.
 * @param {import('./suites.mjs').Runtime} runtime @param {string} port
 */
function programOf(runtime, port) {
  if (runtime === 'standalone') {
    const standalone = path.join(ROOT, '.next', 'standalone')
    if (!existsSync(standalone)) throw new CliError('There is no build. Run without --no-build.')
    const cwd = mkdtempSync(path.join(tmpdir(), 'atrium-standalone-'))
    cpSync(standalone, cwd, { recursive: true })
    return { args: ['server.js'], cwd, env: { HOSTNAME: '0.0.0.0' }, remove: () => rmSync(cwd, { recursive: true, force: true }) }
  }
  const args = runtime === 'dev' ? ['node_modules/next/dist/bin/next', 'dev', '-p', port] : ['scripts/start.mjs']
  return { args, cwd: ROOT, env: {}, remove: () => undefined }
}

async function startMailbox() {
  const { startMailServer } = await import('./mail-server.mjs')
  const folder = mkdtempSync(path.join(tmpdir(), 'atrium-mail-'))
  const { url, stop } = await startMailServer(folder)
  return {
    url,
    folder,
    stop: async () => {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** @param {import('node:child_process').ChildProcess} server @param {string} origin @param {string} log */
async function waitUntilReady(server, origin, log) {
  for (const deadline = Date.now() + START_TIMEOUT_MS; Date.now() < deadline; await sleep(POLL_MS)) {
    if (hasExited(server)) throw new CliError(`The production server ended while it started. See ${path.relative(ROOT, log)}.`)
    const answer = await fetch(`${origin}/api/health/ready`).catch(() => undefined) // refused until it listens
    if (answer?.ok) return
  }
  throw new CliError(`The production server was not ready within ${START_TIMEOUT_MS / 1000} s. See ${path.relative(ROOT, log)}.`)
}

/** @param {import('node:child_process').ChildProcess} server */
async function stopProcess(server) {
  if (hasExited(server)) return
  const exited = once(server, 'exit')
  server.kill('SIGTERM')
  const timer = setTimeout(() => server.kill('SIGKILL'), STOP_TIMEOUT_MS)
  await exited
  clearTimeout(timer)
}

/** @param {import('node:child_process').ChildProcess} child */
function hasExited({ exitCode, signalCode }) {
  return exitCode !== null || signalCode !== null
}
