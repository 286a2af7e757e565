// npm run bench:large-account: compares the response times of a large account, with 10,000 members and 100,000 projects among
// 100,000 accounts, with those of a small one. Requests to both alternate, so that changes in the machine's speed affect both.
// It also compares an account of others with one that does not exist, which response times must not tell apart.
import { randomUUID } from 'node:crypto'
import { runScript, say } from '../lib/platform/cli.mjs'
import { prepare } from '../scripts/setup.mjs'
import { startTestDatabases } from '../tests/run/databases.mjs'
import { build, startServer } from '../tests/run/server.mjs'
import { createSession } from './data.mjs'
import { median } from './statistics.mjs'

const ACCOUNTS = 100_000
const LARGE = { slug: 'large', members: 10_000, projects: 100_000 }
const PAGE = { slug: 'page', members: 60, projects: 60 } // its pages have as many rows as those of the large account
const SMALL = { slug: 'small', members: 10, projects: 10 }
const ROUNDS = 60
const LIMIT = 1.25 // the highest ratio of medians: a higher one means that time grows with the account
const EXISTENCE = 'an account of others vs. none' // a lower ratio reveals as much as a higher one

await runScript(async () => {
  await prepare()
  const databases = await startTestDatabases()
  /** @type {(() => Promise<unknown>)[]} */
  const cleanups = [databases.stop]
  try {
    await build()
    const { env: settings, stop } = await startServer(databases.urls)
    cleanups.push(stop)
    const { default: pg } = await import('pg')
    const client = new pg.Client({ connectionString: settings.DATABASE_SUPERUSER_URL })
    await client.connect()
    cleanups.push(() => client.end())
    const cookie = await fill(client, settings)
    return await measure(settings.BASE_URL ?? '', cookie, await findMiddles(client))
  } finally {
    for (const cleanup of cleanups.reverse()) await cleanup()
  }
})

/**
 * Creates the accounts, and a signed-in user who owns those that are measured.
 * @param {import('pg').Client} client @param {Record<string, string>} settings @returns {Promise<string>} the user's session cookie
 */
async function fill(client, settings) {
  say(`Creating ${ACCOUNTS} accounts.`)
  const ownerId = randomUUID()
  await client.query(`INSERT INTO users (id, email) VALUES ($1, 'owner@example.com')`, [ownerId])
  await client.query(
    `INSERT INTO accounts (id, name, name_key, slug) SELECT gen_random_uuid(), 'Account ' || n, 'account ' || n, 'account-' || n FROM generate_series(1, $1::int) n`,
    [ACCOUNTS],
  )
  await client.query(`INSERT INTO users (id, email) SELECT gen_random_uuid(), id || '@example.com' FROM accounts`)
  await client.query(
    `INSERT INTO memberships (account_id, user_id, role) SELECT accounts.id, users.id, 'OWNER' FROM accounts JOIN users ON email = accounts.id || '@example.com'`,
  )
  for (const { slug, members, projects } of [LARGE, PAGE, SMALL]) {
    const accountId = randomUUID()
    await client.query(`INSERT INTO accounts (id, name, name_key, slug) VALUES ($1, $2::text, $2::text, $2::text)`, [accountId, slug])
    await client.query(
      `INSERT INTO memberships (account_id, user_id, role, created_at) VALUES ($1, $2, 'OWNER', now() - interval '1 day')`,
      [accountId, ownerId],
    )
    await client.query(
      `INSERT INTO users (id, email) SELECT gen_random_uuid(), $1::text || n || '@members.example' FROM generate_series(1, $2::int) n`,
      [slug, members - 1],
    )
    await client.query(
      `INSERT INTO memberships (account_id, user_id, role, created_at)
       SELECT $1, id, 'MEMBER', now() + row_number() OVER () * interval '1 ms' FROM users WHERE email LIKE $2::text || '%@members.example'`,
      [accountId, slug],
    )
    await client.query(
      `INSERT INTO projects (account_id, id, name, name_key, created_by)
       SELECT $1, gen_random_uuid(), 'Project ' || lpad(n::text, 6, '0'), 'project ' || lpad(n::text, 6, '0'), $2 FROM generate_series(1, $3::int) n`,
      [accountId, ownerId, projects],
    )
  }
  await client.query('CHECKPOINT')
  await client.query('VACUUM ANALYZE')
  return createSession(client, ownerId, settings)
}

/** Finds the `after` parameters for the middle of the long lists. @param {import('pg').Client} client */
async function findMiddles(client) {
  const { rows } = await client.query(
    `SELECT (extract(epoch FROM date_trunc('milliseconds', created_at)) * 1000)::bigint || '.' || user_id AS member FROM memberships
      WHERE account_id = (SELECT id FROM accounts WHERE slug = 'large') ORDER BY created_at, user_id OFFSET $1 LIMIT 1`,
    [LARGE.members / 2],
  )
  return { member: String(rows[0]?.member), project: encodeURIComponent('project 050000') }
}

/**
 * @param {string} origin @param {string} cookie @param {{ member: string, project: string }} middle
 * @returns {Promise<number>} the exit code: 1 if a ratio exceeds its limit
 */
async function measure(origin, cookie, { member, project }) {
  /** @type {Record<string, [one: string, other: string]>} pairs with the same number of rows, whose ratio has a limit */
  const limited = {
    overview: ['/private/accounts/page', '/private/accounts/large'],
    'members, first page': ['/private/accounts/page/members', '/private/accounts/large/members'],
    'members, from the middle': ['/private/accounts/large/members', `/private/accounts/large/members?after=${member}`],
    'projects, by name': ['/private/accounts/page/projects?sort=name', '/private/accounts/large/projects?sort=name'],
    'projects, by update': ['/private/accounts/page/projects', '/private/accounts/large/projects'],
    'projects, by status': ['/private/accounts/page/projects?sort=status', '/private/accounts/large/projects?sort=status'],
    'projects, from the middle': [
      '/private/accounts/large/projects?sort=name',
      `/private/accounts/large/projects?sort=name&after=${project}`,
    ],
    [EXISTENCE]: ['/private/accounts/no-such-account', '/private/accounts/account-77'],
  }
  /** @type {typeof limited | Record<string, [string, string]>} pairs without a limit, which do different amounts of work */
  const others = {
    'members: 10 rows vs. 50': ['/private/accounts/small/members', '/private/accounts/large/members'],
    'projects: 10 rows vs. 50': ['/private/accounts/small/projects', '/private/accounts/large/projects'],
    'members: search with one match': [
      '/private/accounts/page/members?search=no-match',
      '/private/accounts/large/members?search=large9999',
    ],
    'projects: search with one match': ['/private/accounts/page/projects?search=nothing', '/private/accounts/large/projects?search=099999'],
  }
  let isOver = false
  say('\n                                        median, ms      ratio')
  for (const [name, [one = '', other = '']] of Object.entries({ ...limited, ...others })) {
    const [first, second] = await alternate(origin, cookie, one, other)
    const ratio = second / first
    const hasLimit = name in limited
    if (hasLimit && (ratio > LIMIT || (name === EXISTENCE && ratio < 1 / LIMIT))) isOver = true
    say(
      `${name.padEnd(36)} ${first.toFixed(1).padStart(6)}  ${second.toFixed(1).padStart(6)}   ${ratio.toFixed(2).padStart(6)}${hasLimit ? '' : '   (no limit)'}`,
    )
  }
  say(isOver ? `\nNot every ratio is within ${LIMIT}.` : `\nEvery ratio is within ${LIMIT}.`)
  return isOver ? 1 : 0
}

/** @param {string} origin @param {string} cookie @param {string} one @param {string} other @returns {Promise<[number, number]>} medians in milliseconds */
async function alternate(origin, cookie, one, other) {
  /** @type {[number[], number[]]} */
  const times = [[], []]
  for (let round = -5; round < ROUNDS; round += 1) {
    for (const side of round % 2 ? [0, 1] : [1, 0]) {
      const started = performance.now()
      await (await fetch(`${origin}${side ? other : one}`, { headers: { cookie }, redirect: 'manual' })).text()
      if (round >= 0) times[/** @type {0 | 1} */ (side)].push(performance.now() - started)
    }
  }
  return [median(times[0]), median(times[1])]
}
