// npm run bench:timing: tests whether response times reveal that an email is registered (ASVS 6.3.8).
// `npm run bench:timing -- sign-in` measures only the named targets. To stay below the rate limits, each sample comes from a
// new IP address, through a trusted proxy, and uses a new email.
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { CliError, runScript, say } from '../lib/platform/cli.mjs'
import { prepare, ROOT } from '../scripts/setup.mjs'
import { startTestDatabases } from '../tests/run/databases.mjs'
import { build, startServer } from '../tests/run/server.mjs'
import { forgetForms, newClient, submit } from './forms.mjs'
import { mannWhitney, median } from './statistics.mjs'

const SAMPLES = 200
const BCRYPT_COST = 12
const WARM_UPS = 10
const PAUSE_MS = 40 // time for the server to finish its deferred work
const MIN_DIFFERENCE_MS = 5
const MAX_P = 0.01
const PASSWORD = 'nine purple herons wading'

/**
 * @typedef {{ origin: string, headers: Record<string, string>, email: string }} Sample
 * @typedef {{ route: string, env?: Record<string, string>, send: (sample: Sample) => Promise<Response>, expected: RegExp }} Target
 * @type {Record<string, Target>} each with the route that it needs in the build, and the text or message code of every response
 */
const TARGETS = {
  'sign-in': {
    route: '/login',
    send: (sample) => submit(sample, '/login', 'Sign in', { email: sample.email, password: 'not the one at all' }),
    expected: /Email or password is incorrect\./,
  },
  'sign-in-endpoint': { route: '/api/auth/[...nextauth]', send: signInByEndpoint, expected: /^$/ },
  'password-reset': {
    route: '/forgot-password',
    send: (sample) => submit(sample, '/forgot-password', 'Send reset link', { email: sample.email }),
    expected: /password-reset-requested/,
  },
  'sign-up-and-resend': {
    route: '/register',
    env: { SIGN_UP: 'verify' },
    send: (sample) =>
      submit(sample, '/register', 'Create account', { email: sample.email, accountName: sample.email.slice(0, 20), password: PASSWORD }),
    expected: /registration-requested/,
  },
}

async function main() {
  const chosen = process.argv.slice(2)
  const unknown = chosen.find((name) => !(name in TARGETS))
  if (unknown) throw new CliError(`There is no target "${unknown}". The targets are: ${Object.keys(TARGETS).join(', ')}.`)
  await prepare()
  const databases = await startTestDatabases()
  try {
    await build()
    const routes = routesOfBuild()
    let isRevealed = false
    for (const [name, target] of Object.entries(TARGETS)) {
      if (chosen.length && !chosen.includes(name)) continue
      if (!routes.has(target.route)) throw new CliError(`${name} cannot be measured, because this build has no ${target.route}.`)
      forgetForms()
      isRevealed = report(name, await measureAlone(databases.urls, name, target)) || isRevealed
    }
    return isRevealed ? 1 : 0
  } finally {
    await databases.stop()
  }
}

/** Measures a target on its own server, while no other runs. @param {Parameters<typeof startServer>[0]} urls @param {string} name @param {Target} target */
async function measureAlone(urls, name, target) {
  const env = { TRUSTED_PROXIES: '1', ...target.env }
  const server = await startServer(urls, { database: `timing_${name.replaceAll('-', '_')}`, env })
  try {
    return await measure(target, server.env.BASE_URL ?? '', await createUsers(server.env))
  } finally {
    await server.stop()
  }
}

function routesOfBuild() {
  const manifest = path.join(ROOT, '.next', 'app-path-routes-manifest.json')
  if (!existsSync(manifest)) throw new CliError('The build has no list of its routes.')
  return new Set(Object.values(JSON.parse(readFileSync(manifest, 'utf8'))))
}

const newEmail = () => `ada-${randomBytes(8).toString('hex')}@example.com`

/** Creates a user for each sample, with a password that no sample uses. @param {Record<string, string>} server @returns {Promise<string[]>} their emails */
async function createUsers({ DATABASE_SUPERUSER_URL: connectionString, PASSWORD_PEPPER = '' }) {
  const { default: pg } = await import('pg')
  const emails = Array.from({ length: WARM_UPS + SAMPLES }, newEmail)
  const client = new pg.Client({ connectionString })
  await client.connect()
  await client.query(
    `INSERT INTO users (id, email, password_hash, email_verified_at) SELECT gen_random_uuid(), email, $2, now() FROM unnest($1::text[]) AS email`,
    [emails, await randomHash(PASSWORD_PEPPER)],
  )
  await client.query('ANALYZE users')
  await client.end()
  return emails
}

/** Returns the stored hash of a random password: see lib/password/password.ts. @param {string} pepper */
async function randomHash(pepper) {
  const { default: bcrypt } = await import('bcryptjs')
  const key = createHash('sha256').update(`atrium password pepper\0${pepper}`).digest('hex').slice(0, 8)
  return `1.${key}.${await bcrypt.hash(randomBytes(32).toString('base64'), BCRYPT_COST)}`
}

/**
 * Measures pairs of a registered and an unregistered email, one request at a time and in random order.
 * @param {Target} target @param {string} origin @param {string[]} emails registered ones
 */
async function measure(target, origin, emails) {
  /** @type {Record<'registered' | 'unregistered', number[]>} */
  const times = { registered: [], unregistered: [] }
  for (const [index, registered] of emails.entries()) {
    const pair = [
      { kind: /** @type {const} */ ('registered'), email: registered },
      { kind: /** @type {const} */ ('unregistered'), email: newEmail() },
    ]
    for (const { kind, email } of Math.random() < 0.5 ? pair : pair.reverse()) {
      const time = await measureSample(target, { origin, headers: newClient(), email })
      if (index >= WARM_UPS) times[kind].push(time)
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }
  return times
}

/** @param {Target} target @param {Sample} sample @returns {Promise<number>} milliseconds */
async function measureSample({ send, expected }, sample) {
  const started = performance.now()
  const response = await send(sample)
  const text = await response.text()
  const time = performance.now() - started
  const answer = flashOf(response) ?? text
  if (response.status >= 400 || !expected.test(answer)) {
    throw new CliError(`Unexpected response: ${response.status} ${answer.slice(0, 200)}`)
  }
  return time
}

/** Returns the flash message that an action sets before it redirects. @param {Response} response */
function flashOf({ headers }) {
  const cookie = headers.getSetCookie().find((line) => line.includes('atrium.flash='))
  return cookie && decodeURIComponent(cookie)
}

/** @param {string} name @param {Record<'registered' | 'unregistered', number[]>} times @returns {boolean} whether the times differ measurably */
function report(name, { registered, unregistered }) {
  const [known, unknown, p] = [median(registered), median(unregistered), mannWhitney(registered, unregistered)]
  const isRevealed = Math.abs(known - unknown) >= MIN_DIFFERENCE_MS && p < MAX_P
  say(
    `${name}: median ${known.toFixed(1)} ms registered, ${unknown.toFixed(1)} ms unregistered, of ${registered.length} each; p = ${p.toFixed(3)}. ${isRevealed ? 'The times differ.' : 'No difference.'}`,
  )
  return isRevealed
}

/** @type {Promise<{ cookie: string, csrfToken: string }> | undefined} */
let visit

/** @param {Sample} sample */
async function signInByEndpoint({ origin, headers, email }) {
  visit ??= fetch(`${origin}/api/auth/csrf`).then(async (response) => ({
    cookie: response.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; '),
    ...(await response.json()),
  }))
  const { cookie, csrfToken } = await visit
  const body = new URLSearchParams({ csrfToken, email, password: 'not the one at all' })
  return fetch(`${origin}/api/auth/callback/credentials`, {
    method: 'POST',
    body,
    headers: { origin, cookie, ...headers },
    redirect: 'manual',
  })
}

await runScript(main)
