import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { deviceIdFrom } from '@/lib/http/device-id'
import { listMembers } from '@/lib/memberships/list'
import { listOwnAccounts } from '@/lib/memberships/memberships'
import { scopeOf } from '@/lib/scope'
import { startSession } from '@/lib/sessions/sessions'
import { authenticate } from '@/lib/users/users'
import { asSuperuser } from '../support/database'
import { ownerScope, PASSWORD, REQUEST } from '../support/people'
import { explain, type Sent, watchStatements } from '../support/statements'

// What really goes over the wire, and how PostgreSQL carries it out, with enough rows that a scan of all would be cheaper
// to plan only where no index serves.
const MANY = 20_000
const COSTLY = 200 // in the planner's units: a few look-ups stay far below, a walk through all rows far above

const { sent, stop } = watchStatements()
afterAll(stop)

beforeAll(async () => {
  await asSuperuser(
    `INSERT INTO users (id, email) SELECT gen_random_uuid(), 'u' || n || '@crowd.example' FROM generate_series(1, ${MANY}) n`,
  )
  await asSuperuser(
    `INSERT INTO accounts (id, name, name_key, slug) SELECT gen_random_uuid(), 'Crowd ' || n, 'crowd ' || n, 'crowd-' || n FROM generate_series(1, ${MANY}) n`,
  )
  await asSuperuser(
    `INSERT INTO memberships (account_id, user_id, role) SELECT a.id, u.id, 'OWNER' FROM (SELECT id, row_number() OVER () n FROM accounts) a JOIN (SELECT id, row_number() OVER () n FROM users) u USING (n)`,
  )
  await asSuperuser(
    `INSERT INTO sessions (id_hash, user_id, remembered, idle_expires_at, expires_at) SELECT sha256(id::text::bytea), id, false, now() + '1 h', now() + '1 d' FROM users`,
  )
  await asSuperuser(`INSERT INTO limits (key, points, expire) SELECT 'crowd:' || n, 1, 0 FROM generate_series(1, ${MANY}) n`)
  await asSuperuser(`INSERT INTO devices (user_id, id_hash) SELECT id, sha256(id::text::bytea) FROM users`)
  await asSuperuser('ANALYZE')
})

afterEach(() => {
  sent.length = 0
})

describe('how many statements', () => {
  test('a scope takes: one', async () => {
    const { session, account } = await ownerScope()
    sent.length = 0
    await scopeOf(session.id, account.slug)
    expect(sent).toHaveLength(1)
    expect(sent[0]?.sql).toContain('scope_of')
  })

  test.each(['the private page', 'the dashboard'])('%s takes for its own rows: one transaction behind one door', async (page) => {
    const scope = await ownerScope()
    sent.length = 0
    await (page === 'the dashboard' ? listMembers(scope, { search: '' }) : listOwnAccounts(scope))
    const verbs = sent.map(({ sql }) => /^\W*(\w+)/.exec(sql)?.[1]?.toUpperCase())
    expect(verbs.filter((verb) => verb === 'BEGIN')).toHaveLength(1)
    expect(verbs.at(-1)).toBe('COMMIT')
    expect(sent.filter(({ sql }) => sql.includes('set_config'))).toHaveLength(1)
    expect(verbs.filter((verb) => verb === 'SELECT').length).toBeLessThanOrEqual(4)
  })
})

describe('only indexes are used', () => {
  test('by signing in', async () => {
    const { email } = await someone()
    sent.length = 0
    const device = deviceIdFrom(undefined)
    const proven = await authenticate({ email, password: PASSWORD }, { request: REQUEST, device, defer: (work) => void work() })
    const userId = proven?.userId ?? ''
    await startSession(userId, {
      passwordHash: proven?.passwordHash,
      remembered: false,
      request: REQUEST,
      device: { id: device, notifyIfNew: true },
    })
    await expectIndexesOnly(userId)
  })

  test('by the private page', async () => {
    const scope = await ownerScope()
    sent.length = 0
    await listOwnAccounts(scope)
    await expectIndexesOnly(scope.user.id)
  })

  test('by the dashboard', async () => {
    const scope = await ownerScope()
    sent.length = 0
    await listMembers(scope, { search: '' })
    await expectIndexesOnly('', scope.account.id)
  })

  test('by the scope, inside its function', async () => {
    const { session, account } = await ownerScope()
    sent.length = 0
    await scopeOf(session.id, account.slug)
    const plans = await explainNested(sent[0] as Sent)
    expect(plans).toHaveLength(2) // the session with its user, the account with its membership
    for (const plan of plans) expect(scansIn(plan)).toEqual([])
  })
})

async function someone() {
  const { user } = await ownerScope()
  return { email: user.email }
}

/** Explains each statement that touched a table, as the server's role, behind the same door. */
async function expectIndexesOnly(userId: string, accountId = '') {
  const statements = sent.filter(({ sql }) => /^\s*(SELECT|UPDATE)/i.test(sql) && !sql.includes('set_config'))
  expect(statements.length).toBeGreaterThan(0)
  for (const statement of statements) {
    const [top, ...below] = await explain(statement, { userId, accountId })
    const scans = [top, ...below].filter((node) => node?.['Node Type'] === 'Seq Scan')
    expect({ ...statement, scans }).toEqual({ ...statement, scans: [] })
    // an index read from end to end is no better than a scan
    expect({ ...statement, cost: top?.['Total Cost'] }).toEqual({ ...statement, cost: expect.toSatisfy((cost) => cost < COSTLY) })
  }
}

/** The plans of the statements inside a function, from auto_explain, as PostgreSQL really ran them. */
async function explainNested({ sql, values }: Sent): Promise<string[]> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_SUPERUSER_URL })
  const plans: string[] = []
  client.on('notice', ({ message }) => message?.includes('Query Text') && /FROM (sessions|accounts)/.test(message) && plans.push(message))
  await client.connect()
  await client.query(
    "SET auto_explain.log_min_duration = 0; SET client_min_messages = 'log'; SET auto_explain.log_nested_statements = on; SET ROLE atrium_app",
  )
  await client.query(sql, values)
  await client.end()
  return plans
}

function scansIn(plan: string): string[] {
  return plan.match(/Seq Scan( on \w+)?/g) ?? []
}
