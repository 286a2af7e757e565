// npm run bench:timing: whether an address that somebody has can be told from one that nobody has by the time an answer takes.
// `npm run bench:timing -- sign-in` measures the named ones alone. The limits stay as they are: each sample comes from an
// address of its own, by a proxy that is trusted, and is about somebody who was never asked about before.
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { CliError, runScript, say } from '../scripts/cli.mjs'
import { prepare, ROOT } from '../scripts/setup.mjs'
import { startTestDatabases } from '../tests/run/databases.mjs'
import { build, startServer } from '../tests/run/server.mjs'
import { mannWhitney, median } from './statistics.mjs'

const SAMPLES = 200
const BCRYPT_COST = 12
const WARM_UPS = 10
const PAUSE_MS = 40 // what the server puts off until after its answer is then done
const TELLING_MS = 5
const TELLING_P = 0.01
const PASSWORD = 'nine purple herons wading'

/**
 * @typedef {{ origin: string, headers: Record<string, string>, email: string }} Asked
 * @typedef {{ route: string, env?: Record<string, string>, ask: (asked: Asked) => Promise<Response>, says: RegExp }} Target
 * @type {Record<string, Target>} each by the route that it needs in the build, and what every answer must say
 */
const TARGETS = {
  'sign-in': {
    route: '/login',
    ask: (asked) => submit(asked, '/login', 'Sign in', { password: 'not the one at all' }),
    says: /Email or password is incorrect\./,
  },
  'sign-in-endpoint': { route: '/api/auth/[...nextauth]', ask: signInByEndpoint, says: /^$/ },
  'password-reset': { route: '/forgot-password', ask: (asked) => submit(asked, '/forgot-password', 'Send the link'), says: /a link/ },
  // The same form sends the link again, for whoever has not opened it yet.
  'sign-up-and-resend': {
    route: '/register',
    env: { SIGN_UP: 'verify' },
    ask: (asked) => submit(asked, '/register', 'Create account', { accountName: asked.email.slice(0, 20), password: PASSWORD }),
    says: /a link/,
  },
}

async function main() {
  const chosen = process.argv.slice(2)
  const unknown = chosen.find((name) => !(name in TARGETS))
  if (unknown) throw new CliError(`There is no "${unknown}" to measure. There are: ${Object.keys(TARGETS).join(', ')}.`)
  await prepare()
  const databases = await startTestDatabases()
  try {
    await build()
    const routes = routesOfBuild()
    let notifyIfNew = false
    for (const [name, target] of Object.entries(TARGETS)) {
      if (chosen.length && !chosen.includes(name)) continue
      if (!routes.has(target.route)) throw new CliError(`${name} cannot be measured, for this build has no ${target.route}.`)
      forms.clear()
      notifyIfNew = report(name, await measureAlone(databases.urls, name, target)) || notifyIfNew
    }
    return notifyIfNew ? 1 : 0
  } finally {
    await databases.stop()
  }
}

/** On a server of its own, and no other beside it. @param {Parameters<typeof startServer>[0]} urls @param {string} name @param {Target} target */
async function measureAlone(urls, name, target) {
  const env = { TRUSTED_PROXIES: '1', ...target.env }
  const server = await startServer(urls, { database: `timing_${name.replaceAll('-', '_')}`, env })
  try {
    return await measure(target, server.env.BASE_URL ?? '', await makePeople(server.env))
  } finally {
    await server.stop()
  }
}

function routesOfBuild() {
  const manifest = path.join(ROOT, '.next', 'app-path-routes-manifest.json')
  if (!existsSync(manifest)) throw new CliError('The build has no list of its routes.')
  return new Set(Object.values(JSON.parse(readFileSync(manifest, 'utf8'))))
}

const newAddress = () => `ada-${randomBytes(8).toString('hex')}@example.com`

/** As many as are asked about, all with a password that nobody gives. @param {Record<string, string>} server */
async function makePeople({ DATABASE_SUPERUSER_URL: connectionString, PASSWORD_PEPPER = '' }) {
  const { default: pg } = await import('pg')
  const people = Array.from({ length: WARM_UPS + SAMPLES }, newAddress)
  const client = new pg.Client({ connectionString })
  await client.connect()
  await client.query(
    `INSERT INTO users (id, email, password_hash, email_verified_at) SELECT gen_random_uuid(), email, $2, now() FROM unnest($1::text[]) AS email`,
    [people, await someHash(PASSWORD_PEPPER)],
  )
  await client.query('ANALYZE users')
  await client.end()
  return people
}

/** What is stored of some password: see lib/password/password.ts. @param {string} pepper */
async function someHash(pepper) {
  const { default: bcrypt } = await import('bcryptjs')
  const key = createHash('sha256').update(`atrium password pepper\0${pepper}`).digest('hex').slice(0, 8)
  return `1.${key}.${await bcrypt.hash(randomBytes(32).toString('base64'), BCRYPT_COST)}`
}

/** One after the other, somebody and nobody in an order that changes. @param {Target} target @param {string} origin @param {string[]} people */
async function measure(target, origin, people) {
  /** @type {Record<'somebody' | 'nobody', number[]>} */
  const times = { somebody: [], nobody: [] }
  for (const [index, person] of people.entries()) {
    const pair = [
      { whose: /** @type {const} */ ('somebody'), email: person },
      { whose: /** @type {const} */ ('nobody'), email: newAddress() },
    ]
    for (const { whose, email } of Math.random() < 0.5 ? pair : pair.reverse()) {
      const took = await timed(target, { origin, headers: fromAnother(), email })
      if (index >= WARM_UPS) times[whose].push(took)
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }
  return times
}

/** @param {Target} target @param {Asked} asked @returns {Promise<number>} milliseconds */
async function timed({ ask, says }, asked) {
  const started = performance.now()
  const response = await ask(asked)
  const text = await response.text()
  const took = performance.now() - started
  if (response.status >= 400 || !says.test(text) || /Too many tries/.test(text)) {
    throw new CliError(`An answer was not what is measured: ${response.status} ${text.slice(0, 200)}`)
  }
  return took
}

/** @param {string} name @param {Record<'somebody' | 'nobody', number[]>} times @returns {boolean} whether the one can be told from the other */
function report(name, { somebody, nobody }) {
  const [known, unknown, p] = [median(somebody), median(nobody), mannWhitney(somebody, nobody)]
  const notifyIfNew = Math.abs(known - unknown) >= TELLING_MS && p < TELLING_P
  say(
    `${name}: somebody ${known.toFixed(1)} ms, nobody ${unknown.toFixed(1)} ms, in the middle of ${somebody.length} each; p ${p.toFixed(3)}. ${notifyIfNew ? 'They can be told apart.' : 'They cannot be told apart.'}`,
  )
  return notifyIfNew
}

let clients = 0

/** The headers of a client that has asked nothing before, by the proxy that is trusted. */
function fromAnother() {
  clients += 1
  return { 'x-forwarded-for': `10.${(clients >> 16) & 255}.${(clients >> 8) & 255}.${clients & 255}` }
}

/** @type {Map<string, [string, string][]>} */
const forms = new Map()

/**
 * Posts a form as a browser without JavaScript does.
 * @param {Asked} asked @param {string} page @param {string} button @param {Record<string, string>} fields besides the address
 */
async function submit({ origin, headers, email }, page, button, fields = {}) {
  const hidden = forms.get(page) ?? hiddenFields(await (await fetch(`${origin}${page}`)).text(), button)
  forms.set(page, hidden)
  const body = new FormData()
  for (const [name, value] of [...hidden, ['email', email], ...Object.entries(fields)]) body.append(String(name), String(value))
  return fetch(`${origin}${page}`, { method: 'POST', body, headers: { origin, ...headers }, redirect: 'manual' })
}

/** @param {string} html @param {string} button @returns {[string, string][]} */
function hiddenFields(html, button) {
  const form = (html.match(/<form\b.*?<\/form>/gs) ?? []).find((text) => text.includes(button))
  if (!form) throw new CliError(`No form has the button "${button}".`)
  const part = (/** @type {string} */ tag, /** @type {string} */ name) => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? ''
  return (form.match(/<input type="hidden"[^>]*>/g) ?? []).map((tag) => [
    part(tag, 'name'),
    part(tag, 'value').replaceAll('&quot;', '"').replaceAll('&amp;', '&'),
  ])
}

/** @type {Promise<{ cookie: string, csrfToken: string }> | undefined} */
let visit

/** @param {Asked} asked */
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
