// npm run bench:scale: whether pages of a large account are as quick as those of a small one. 100,000 accounts; in one of
// them 10,000 members and 100,000 projects, in another ten of each. The two are asked in turn, in one run, so that a machine
// that slows down does so for both. And whether an account of others is refused in the same time as one that does not exist:
// neither slower nor quicker, for either would tell them apart.
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { runScript, say } from '../scripts/cli.mjs'
import { prepare } from '../scripts/setup.mjs'
import { startTestDatabases } from '../tests/run/databases.mjs'
import { build, startServer } from '../tests/run/server.mjs'

const ACCOUNTS = 100_000
const LARGE = { slug: 'large', members: 10_000, projects: 100_000 }
const PAGE = { slug: 'page', members: 60, projects: 60 } // as many rows in a page as the large one shows
const SMALL = { slug: 'small', members: 10, projects: 10 }
const ROUNDS = 60
const LIMIT = 1.25 // times as long, at the median: beyond that something grows with the account
const TELLS_APART = 'a stranger’s account, against none' // here to be quicker tells as much as to be slower

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
    return await measure(settings.BASE_URL ?? '', cookie, await middles(client))
  } finally {
    for (const cleanup of cleanups.reverse()) await cleanup()
  }
})

/**
 * Makes the accounts, and somebody signed in who owns the large one and the small one.
 * @param {import('pg').Client} client @param {Record<string, string>} settings @returns {Promise<string>} their cookie
 */
async function fill(client, settings) {
  say(`Making ${ACCOUNTS} accounts.`)
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
  return signedIn(client, ownerId, settings)
}

/** @param {import('pg').Client} client @param {string} userId @param {Record<string, string>} settings */
async function signedIn(client, userId, { AUTH_SECRET = '' }) {
  const { encode } = await import('next-auth/jwt')
  const sid = randomBytes(32).toString('base64url')
  await client.query(
    `INSERT INTO sessions (id_hash, user_id, remembered, idle_expires_at, expires_at) VALUES ($1, $2, false, now() + interval '1 h', now() + interval '1 h')`,
    [createHash('sha256').update(sid).digest(), userId],
  )
  const salt = 'authjs.session-token'
  return `${salt}=${await encode({ token: { sid }, secret: AUTH_SECRET, salt, maxAge: 3600 })}`
}

/** Where the middle of each long list is. @param {import('pg').Client} client */
async function middles(client) {
  const { rows } = await client.query(
    `SELECT (extract(epoch FROM date_trunc('milliseconds', created_at)) * 1000)::bigint || '.' || user_id AS member FROM memberships
      WHERE account_id = (SELECT id FROM accounts WHERE slug = 'large') ORDER BY created_at, user_id OFFSET $1 LIMIT 1`,
    [LARGE.members / 2],
  )
  return { member: String(rows[0]?.member), project: encodeURIComponent('project 050000') }
}

/**
 * @param {string} origin @param {string} cookie @param {{ member: string, project: string }} middle
 * @returns {Promise<number>} 1 when something is over its limit
 */
async function measure(origin, cookie, { member, project }) {
  /** @type {Record<string, [one: string, other: string]>} what is judged: the second against the first, which shows as many rows */
  const judged = {
    overview: ['/private/accounts/page', '/private/accounts/large'],
    'members, first page': ['/private/accounts/page/members', '/private/accounts/large/members'],
    'members, from the middle': ['/private/accounts/large/members', `/private/accounts/large/members?after=${member}`],
    'projects, by name': ['/private/accounts/page/projects', '/private/accounts/large/projects'],
    'projects, newest': ['/private/accounts/page/projects?sort=newest', '/private/accounts/large/projects?sort=newest'],
    'projects, from the middle': ['/private/accounts/large/projects', `/private/accounts/large/projects?after=${project}`],
    [TELLS_APART]: ['/private/accounts/nobody-has-this', '/private/accounts/account-77'],
  }
  /** @type {typeof judged | Record<string, [string, string]>} for knowing, with why they differ */
  const others = {
    'members: ten rows, against fifty': ['/private/accounts/small/members', '/private/accounts/large/members'],
    'projects: ten rows, against fifty': ['/private/accounts/small/projects', '/private/accounts/large/projects'],
    'members: a search that finds one': [
      '/private/accounts/page/members?search=nobody',
      '/private/accounts/large/members?search=large9999',
    ],
    'projects: a search that finds one': [
      '/private/accounts/page/projects?search=nothing',
      '/private/accounts/large/projects?search=099999',
    ],
  }
  let isOver = false
  say('\n                                        median, ms      times')
  for (const [name, [one = '', other = '']] of Object.entries({ ...judged, ...others })) {
    const [first, second] = await inTurn(origin, cookie, one, other)
    const times = second / first
    const isJudged = name in judged
    if (isJudged && (times > LIMIT || (name === TELLS_APART && times < 1 / LIMIT))) isOver = true
    say(
      `${name.padEnd(36)} ${first.toFixed(1).padStart(6)}  ${second.toFixed(1).padStart(6)}   ${times.toFixed(2).padStart(6)}${isJudged ? '' : '   (not judged)'}`,
    )
  }
  say(isOver ? `\nNot within ${LIMIT} times.` : `\nAll within ${LIMIT} times.`)
  return isOver ? 1 : 0
}

/** @param {string} origin @param {string} cookie @param {string} one @param {string} other @returns {Promise<[number, number]>} medians in milliseconds */
async function inTurn(origin, cookie, one, other) {
  /** @type {[number[], number[]]} */
  const taken = [[], []]
  for (let round = -5; round < ROUNDS; round += 1) {
    for (const side of round % 2 ? [0, 1] : [1, 0]) {
      const started = performance.now()
      await (await fetch(`${origin}${side ? other : one}`, { headers: { cookie }, redirect: 'manual' })).text()
      if (round >= 0) taken[/** @type {0 | 1} */ (side)].push(performance.now() - started)
    }
  }
  return [median(taken[0]), median(taken[1])]
}

/** @param {number[]} values */
function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
