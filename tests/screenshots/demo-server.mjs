// A production server with the demo data, for screenshots.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { CliError } from '../../lib/platform/cli.mjs'
import { named, startTestDatabases } from '../run/databases.mjs'
import { runNode } from '../run/processes.mjs'
import { FAST_HASHING, startServer } from '../run/server.mjs'

const DATABASE = 'atrium_demo'
const MAIL_TIMEOUT_MS = 20_000

/**
 * @typedef {object} DemoServer
 * @property {string} url
 * @property {(to: string, about: string) => Promise<string>} linkFor waits for an email, and returns its link that contains `about`
 * @property {(sql: string, values?: unknown[]) => Promise<void>} query changes the database as a superuser, for what time or many people do
 * @property {Record<string, string>} others the URLs of servers with another `SIGN_UP`: `verify` and `invite`
 * @property {() => Promise<void>} stopDatabase for screenshots of the error pages
 * @property {() => Promise<void>} stop
 */

/**
 * Starts the current build on a temporary database with the demo data of prisma/demo.ts.
 * @param {string[]} signUps the other values of `SIGN_UP` to start servers with @returns {Promise<DemoServer>}
 */
export async function startDemoServer(signUps) {
  const databases = await startTestDatabases()
  /** @type {(() => Promise<void>)[]} */
  const stops = []
  const stop = async () => {
    for (const stopServer of stops) await stopServer()
    await databases.stop()
  }
  try {
    const server = await startServer(databases.urls, { database: DATABASE, fastHashing: true })
    stops.push(server.stop)
    await seed(server.env, named(databases.urls.owner, DATABASE))
    /** @type {Record<string, string>} */
    const others = {}
    for (const SIGN_UP of signUps) {
      const other = await startServer(databases.urls, { database: `atrium_${SIGN_UP}`, env: { SIGN_UP }, fastHashing: true })
      stops.push(other.stop)
      others[SIGN_UP] = other.env.BASE_URL ?? ''
    }
    return {
      others,
      query: (sql, values) => query(server.env.DATABASE_SUPERUSER_URL ?? '', sql, values),
      url: server.env.BASE_URL ?? '',
      linkFor: (to, about) => linkIn(server.env.ATRIUM_MAILBOX ?? '', to, about),
      stopDatabase: databases.stop,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** @param {string} connectionString @param {string} sql @param {unknown[]} [values] */
async function query(connectionString, sql, values) {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    await client.query(sql, values)
  } finally {
    await client.end()
  }
}

/** @param {Record<string, string>} env of the server @param {string} ownerUrl */
async function seed(env, ownerUrl) {
  const args = ['--conditions=react-server', '--import', 'tsx', 'prisma/seed.ts']
  const settings = { ...env, ...FAST_HASHING, NODE_ENV: 'development', DATABASE_OWNER_URL: ownerUrl }
  if ((await runNode(args, { env: settings, log: 'test-results/seed.log' })) !== 0) {
    throw new CliError('The demo data could not be written. See test-results/seed.log.')
  }
}

/** @param {string} folder @param {string} to @param {string} about @returns {Promise<string>} */
async function linkIn(folder, to, about) {
  for (const deadline = Date.now() + MAIL_TIMEOUT_MS; Date.now() < deadline; await sleep(100)) {
    const link = readdirSync(folder)
      .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
      .map((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')))
      .filter((mail) => mail.to === to)
      .flatMap(({ text }) => text.match(/https?:\/\/\S+/g) ?? [])
      .findLast((url) => url.includes(about))
    if (link) return link
  }
  throw new CliError(`No email to ${to} with a link for ${about} arrived.`)
}
