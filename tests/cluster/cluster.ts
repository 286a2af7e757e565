// npm run test:cluster: two servers, a worker, PgBouncer, and nginx on this machine. It checks what the servers share, and that
// a rolling restart, a migration, and a new secret lose no request and sign no one out. --no-build uses the build that exists.
// --changes tries only the changes. --suite e2e|tenancy|attack [FILE…] runs a suite, or some of its files, against the cluster
// instead; --browser is short for --suite e2e. -t "a title" selects tests.
// --skew OLD NEW tries two builds instead, the folders `.next/standalone` of two releases. --caddy tries TLS with Caddy instead.

import { readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { CliError, runScript, say } from '../../lib/platform/cli.mjs'
import { freePort } from '../../scripts/postgres.mjs'
import { freshSecret } from '../../scripts/setup.mjs'
import { findBrowser } from '../run/browser.mjs'
import { runNode } from '../run/processes.mjs'
import { build, FAST_HASHING, freshWebhookSecret, RESULTS, SHARED_ADDRESS } from '../run/server.mjs'
import { commandOf, outcomeOf, outcomesByFile } from '../run/suites.mjs'
import { HttpClient } from '../support/http-client'
import { LOAD_FORM } from '../support/load-form'
import { type Acknowledged, findLosses } from '../support/oracle'
import { type Report, register, signIn, underLoad } from './load'
import { checkSkew, readRelease } from './skew'
import { checkTls } from './tls'
import { Cluster, requirePrograms } from './topology'

const LOAD_USERS = 6
const { values: options, positionals } = parseArgs({
  options: {
    'no-build': { type: 'boolean' },
    browser: { type: 'boolean' },
    suite: { type: 'string' },
    changes: { type: 'boolean' },
    title: { type: 'string', short: 't' },
    skew: { type: 'boolean' },
    caddy: { type: 'boolean' },
  },
  allowPositionals: true,
})

const suite = options.suite ?? (options.browser ? 'e2e' : '')

/** What the cluster acknowledged while it was changed. */
const acknowledged: Acknowledged = { emails: [], projects: [] }

await runScript(async () => {
  if (suite && !['e2e', 'tenancy', 'attack'].includes(suite)) throw new CliError('A cluster runs the suites e2e, tenancy, and attack.')
  requirePrograms(['pgbouncer', 'nginx', ...(options.caddy ? ['caddy'] : [])])
  const releases = options.skew ? positionals.map((folder) => readRelease(path.resolve(folder))) : []
  if (options.skew && releases.length !== 2) throw new CliError('Name two builds: npm run test:cluster -- --skew OLD NEW')
  if (!options['no-build'] && !options.skew) await build()
  const ports = {
    pgbouncer: await freePort(),
    proxy: Number(process.env.PORT) || (await freePort()),
    servers: [await freePort(), await freePort()],
  }
  const secrets = { AUTH_SECRET: freshSecret(), PASSWORD_PEPPER: freshSecret(), FACTOR_KEY: freshSecret() }
  const cluster = await Cluster.start(ports, { ...secrets, ...(suite ? forSuites() : { SIGN_INS_PER_ADDRESS: '100000' }) })
  try {
    if (options.caddy) return await checkTls(cluster, await freePort(), check, expectNone)
    const hashing = suite ? FAST_HASHING : {}
    await cluster.startServer(0, hashing, releases[0]?.folder)
    await cluster.startServer(1, hashing, releases[1]?.folder)
    cluster.startWorker()
    if (options.skew) return await checkSkew(cluster, releases, check)
    if (suite) return await runSuite(cluster)
    if (!options.changes) await checkShared(cluster)
    await checkChanges(cluster)
    return 0
  } finally {
    await cluster.stop()
  }
})

/** Returns what the suites expect of a server. They share one address, and know the secrets of the webhook and of the job runner. */
function forSuites() {
  return { ...SHARED_ADDRESS, DATABASE_POOL_SIZE: '40', WEBHOOK_SECRET: freshWebhookSecret(), JOBS_SECRET: freshSecret() }
}

function check(what: string, isTrue: boolean, why = ''): void {
  if (!isTrue) throw new CliError(`Failed: ${what}. ${why}\nThe logs are in test-results/cluster-*.log.`)
  say(`ok  ${what}`)
}

function expectNone(what: string, { requests, statuses, failures, slowestMs, projects }: Report): void {
  acknowledged.projects.push(...projects)
  check(`${what}: no failed request and no one signed out`, failures.length === 0, failures.slice(0, 5).join('\n'))
  say(`    ${requests} requests, ${JSON.stringify(statuses)}, slowest ${slowestMs} ms.`)
}

async function ask<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return client
    .query<T>(sql)
    .then(({ rows }) => rows)
    .finally(() => client.end())
}

/** Checks that two servers act as one. */
async function checkShared(cluster: Cluster): Promise<void> {
  const { superuser } = cluster.databases.urls
  const [zone] = await ask<{ TimeZone: string }>(cluster.pooledUrl, 'SHOW timezone')
  check('a connection through PgBouncer has the time zone UTC', /^(Etc\/)?UTC$/.test(zone?.TimeZone ?? ''), zone?.TimeZone)

  await cluster.route(0)
  const ada = await register(cluster.origin)
  const fields = await ada.client.form(LOAD_FORM.path(ada.slug), LOAD_FORM.button)
  await cluster.route(1)
  check('a session that one server started is known to the other', (await ada.client.get('/private')).text.includes(ada.email))
  const created = await ada.client.post(LOAD_FORM.path(ada.slug), {
    ...fields,
    name: 'From the other server',
    description: '',
    status: 'planned',
  })
  check(
    'an action whose form one server rendered runs on the other',
    created.status === 303,
    `${created.status} ${created.text.slice(0, 200)}`,
  )

  const unknown = Object.fromEntries(Object.entries(fields).map(([name, value]) => [changeActionId(name), changeActionId(value)]))
  const outdated = await ada.client.post(LOAD_FORM.path(ada.slug), { ...unknown, name: 'Of another release' })
  check('a form of a release with other actions is refused without a server error', outdated.status === 409, String(outdated.status))

  const guesser = new HttpClient(cluster.origin)
  const guess = async () => (await signIn(guesser, ada.email, 'not the password')).text
  let answer = ''
  for (let attempt = 0; attempt < 8 && !/Too many attempts/.test(answer); attempt += 1) answer = await guess()
  await cluster.route(0)
  check(
    'a limit that is reached on one server holds on the other',
    /Too many attempts/.test(answer) && /Too many attempts/.test(await guess()),
  )

  const scripts = []
  for (const n of [0, 1]) {
    await cluster.route(n)
    scripts.push((await new HttpClient(cluster.origin).get('/login')).text.match(/\/_next\/static\/[^"]+\.js/g)?.join())
  }
  check('both servers name the same scripts', scripts[0] !== undefined && scripts[0] === scripts[1])
  await cluster.route(0, 1)

  const isMailed = async () => readdirSync(path.join(cluster.folder, 'mail')).length > 0
  for (let n = 0; n < 100 && !(await isMailed()); n += 1) await sleep(100)
  check('the worker, connected directly, sends what a server queued through PgBouncer', await isMailed())

  const parallel = await Promise.all(Array.from({ length: 16 }, () => ada.client.get(`/private/accounts/${ada.slug}/projects`)))
  check(
    '16 requests at once are answered over shared connections',
    parallel.every(({ status }) => status === 200),
    parallel.map(({ status }) => status).join(),
  )
  const [open] = await ask<{ n: number }>(
    superuser,
    `SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = 'atrium_app' AND application_name = 'atrium'`,
  )
  say(`    PostgreSQL has ${open?.n} connections of the two servers.`)
}

/** Replaces the ids of actions in a form, as if another release had rendered it. */
function changeActionId(text: string): string {
  return text.replace(/[0-9a-f]{42}/g, (id) => `${id.slice(0, 2)}${'0'.repeat(40)}`)
}

/** Changes the cluster under load. No request may fail, and no one may be signed out. */
async function checkChanges(cluster: Cluster): Promise<void> {
  const users = []
  for (let n = 0; n < LOAD_USERS; n += 1) users.push(await register(cluster.origin))
  const idle = await register(cluster.origin)
  acknowledged.emails.push(idle.email, ...users.map(({ email }) => email))
  const all = cluster.ports.servers.map((_, n) => n)
  const restart = async () => {
    for (const n of all) await cluster.replaceServer(n)
    await cluster.replaceWorker() // it decrypts email that the servers encrypt
  }
  expectNone('a rolling restart', await underLoad(users, restart))

  const migrate = async () => {
    await ask(cluster.databases.urls.owner, `SET lock_timeout = '2s'; ALTER TABLE projects ADD COLUMN trial text NOT NULL DEFAULT ''`)
    await sleep(2_000)
  }
  expectNone('a migration that adds a column while the old release serves', await underLoad(users, migrate))
  await ask(cluster.databases.urls.owner, 'ALTER TABLE projects DROP COLUMN trial')

  const old = cluster.settings.AUTH_SECRET ?? ''
  const fresh = freshSecret()
  cluster.settings = { ...cluster.settings, AUTH_SECRET: `${old},${fresh}` } // every server accepts it before one signs with it
  expectNone('a new AUTH_SECRET behind the old one', await underLoad(users, restart))
  cluster.settings = { ...cluster.settings, AUTH_SECRET: `${fresh},${old}` }
  expectNone('a new AUTH_SECRET in front of the old one', await underLoad(users, restart))
  check('a user who was away is still signed in', (await idle.client.copy().get('/private')).status === 200)
  cluster.settings = { ...cluster.settings, AUTH_SECRET: fresh }
  await restart()
  const rejected = await idle.client.get('/private')
  check(
    'without the old AUTH_SECRET, cookies that it signed no longer work',
    rejected.location?.startsWith('/login') ?? false,
    `${rejected.status}`,
  )
  const again = await signIn(new HttpClient(cluster.origin), idle.email)
  check('and their users can sign in again', again.location?.startsWith('/private') ?? false, `${again.status} ${again.location}`)
  const losses = await findLosses(cluster.databases.urls.superuser, acknowledged)
  check(`all ${acknowledged.projects.length} acknowledged projects are stored, and all rows agree`, losses.length === 0, losses.join(', '))
}

/** Runs a suite against the cluster, and prints a line for each file of the browser suite. */
async function runSuite(cluster: Cluster): Promise<number> {
  const { superuser, runtime } = cluster.databases.urls
  const report = path.join(RESULTS, `cluster-${suite}.json`)
  rmSync(report, { force: true })
  const env = {
    ...cluster.settings,
    BASE_URL: cluster.origin,
    APP_URL: cluster.origin,
    ATRIUM_TEST_PROXY: 'on',
    DATABASE_URL: runtime,
    DATABASE_SUPERUSER_URL: superuser,
    ATRIUM_TEST_DATABASES: JSON.stringify(cluster.databases.template),
    SMTP_URL: cluster.mail.url,
    MAIL_FROM: 'Heron <heron@example.com>',
    ATRIUM_MAILBOX: path.join(cluster.folder, 'mail'),
    ...(suite === 'e2e' ? { CHROMIUM_PATH: await findBrowser() } : {}),
    PLAYWRIGHT_JSON_OUTPUT_FILE: report,
  }
  for (const n of [0, 1]) {
    await cluster.route(n) // the first page of a server loads its code, which takes seconds on a busy machine
    await register(cluster.origin).catch(() => undefined) // the suite says what is wrong
  }
  await cluster.route(0, 1)
  const exitCode = await runNode(commandOf(suite, { files: positionals, title: options.title, report }), { env })
  if (suite === 'e2e') for (const { file, passed, failed } of outcomesByFile(report)) say(`${file}: ${passed} passed, ${failed} failed`)
  const { passed, failed, failures } = outcomeOf(suite, report, exitCode)
  if (failures.length) say(`\nFailed:\n${failures.join('\n')}`)
  say(`\n${passed} passed, ${failed} failed`)
  return failed || !passed ? 1 : 0
}
