import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Resource } from '@/lib/resource'
import { folderOf, RESOURCES } from '@/lib/resources'
import { ROLES } from '@/lib/roles'
import { authenticate } from '@/lib/users/users'
import { asSuperuser, countRows, tableOf } from '../support/database'
import { REQUEST } from '../support/people'
import { runVerify } from '../support/trails'

// npm run db:seed, on a new migrated database.

const SEEDING_MS = 60_000

function seed(env: Record<string, string> = {}, args = ['--force']) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/db.mjs', 'seed', ...args], {
    env: { ...process.env, NODE_OPTIONS: '--import ./tests/run/fast-hashing.mjs', ...env },
    encoding: 'utf8',
    timeout: SEEDING_MS,
  })
  return { status, stdout, stderr }
}

// ASVS 6.3.2, 15.2.3
test.each([
  ['in production', { NODE_ENV: 'production' }, ['--force'], /must not be used in production or with an https APP_URL/],
  ['behind an https origin', { APP_URL: 'https://app.example' }, ['--force'], /must not be used in production or with an https APP_URL/],
  ['into a database that is not the embedded one, without --force', {}, [], /not the embedded one.*--force/],
])('db:seed refuses to run %s', async (_, env, args, message) => {
  expect(seed(env as Record<string, string>, args)).toEqual({ status: 1, stdout: '', stderr: expect.stringMatching(message) })
  expect(Object.values(await countRows()).some(Boolean)).toBe(false)
})

describe('the demo data', () => {
  let printed: { email: string; role: string; account: string; password: string }[] = []
  beforeAll(() => {
    const { status, stdout, stderr } = seed()
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const password = /with the password "(.+)"/.exec(stdout)?.[1] ?? ''
    printed = [...stdout.matchAll(/^ {2}(\S+@\S+) +([A-Z]+) +(.+)$/gm)].map(([, email = '', role = '', account = '']) => ({
      email,
      role,
      account,
      password,
    }))
  }, SEEDING_MS)

  test('has three accounts and eleven people in all roles, one of them in two accounts', async () => {
    expect(await countRows()).toMatchObject({ accounts: 3, users: 11, memberships: 11 })
    const rows = await asSuperuser<{ email: string; role: string; account: string }>(
      'SELECT u.email, m.role::text AS role, a.name AS account FROM memberships m JOIN users u ON u.id = m.user_id JOIN accounts a ON a.id = m.account_id',
    )
    expect(new Set(rows.map(({ role }) => role))).toEqual(new Set<string>(ROLES))
    expect(rows.filter(({ email }) => rows.filter((row) => row.email === email).length === 2)).toHaveLength(2)
    const memberships = printed.map(({ email, role, account }) => ({ email, role, account }))
    expect(memberships.sort(byEmailAndAccount)).toEqual(rows.sort(byEmailAndAccount))
  })

  test('has the printed emails and passwords', async () => {
    for (const { email, password } of printed) {
      const [user] = await asSuperuser<{ id: string }>('SELECT id FROM users WHERE email = $1', [email])
      expect(await authenticate({ email, password }, { request: REQUEST, defer: () => undefined }), email).toMatchObject({
        userId: user?.id,
      })
    }
  })

  test('names everyone, and leaves one email unconfirmed and one person without an account', async () => {
    const people = await asSuperuser<{ name: string | null; confirmed: boolean; accounts: number }>(
      `SELECT name, email_verified_at IS NOT NULL AS confirmed, (SELECT count(*)::int FROM memberships WHERE user_id = users.id) AS accounts FROM users`,
    )
    expect(people.filter(({ name }) => !name)).toEqual([])
    expect(people.filter(({ confirmed }) => !confirmed)).toHaveLength(1)
    expect(people.filter(({ accounts }) => !accounts)).toHaveLength(1)
  })

  test('spreads events over six weeks, overall and for each person', async () => {
    const [events] = await asSuperuser<{ days: number; oldest: number; newest: number }>(
      `SELECT count(DISTINCT created_at::date)::int AS days, extract(day FROM now() - min(created_at))::int AS oldest,
              extract(day FROM now() - max(created_at))::int AS newest FROM audit_events`,
    )
    expect(events?.days).toBeGreaterThanOrEqual(20)
    expect([events?.oldest, events?.newest]).toEqual([expect.toSatisfy((days: number) => days >= 41 && days <= 43), 0])
    expect(await asSuperuser(`SELECT user_id FROM memberships WHERE created_at > now() - interval '12 hours'`)).toEqual([])
    expect(await asSuperuser("SELECT id FROM users WHERE updated_at > now() - interval '12 hours'")).toEqual([])
  })

  // ASVS 16.4.2
  test('has audit trails whose hash chains verify', async () => {
    expect(await asSuperuser('SELECT event_id FROM audit_pending')).toEqual([])
    const { code, output } = await runVerify()
    expect(output).toMatch(/\d{2,} events/)
    expect(code).toBe(0)
  })

  test('leaves row-level security forced and triggers enabled', async () => {
    expect(
      await asSuperuser(
        `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relrowsecurity AND NOT relforcerowsecurity`,
      ),
    ).toEqual([])
    expect(await asSuperuser(`SELECT tgname FROM pg_trigger WHERE tgenabled = 'D'`)).toEqual([])
  })

  test('has someone signed in on three devices', async () => {
    const [most] = await asSuperuser<{ devices: number }>(
      'SELECT count(DISTINCT user_agent)::int AS devices FROM sessions WHERE idle_expires_at > now() GROUP BY user_id ORDER BY 1 DESC LIMIT 1',
    )
    expect(most).toEqual({ devices: 3 })
  })

  test('has three pending invitations and an expired one, and no link for that', async () => {
    expect(
      await asSuperuser(
        'SELECT expires_at > now() AS pending FROM invitations WHERE accepted_at IS NULL AND revoked_at IS NULL ORDER BY 1',
      ),
    ).toEqual([{ pending: false }, { pending: true }, { pending: true }, { pending: true }])
    expect(await asSuperuser('SELECT FROM tokens WHERE expires_at < now()')).toEqual([])
  })

  test.each(Object.entries<Resource>(RESOURCES).filter(([name]) => existsSync(`lib/${folderOf(name)}/seed.ts`)))(
    'has %s in each account but the newest',
    async (_, { tables }) => {
      const [table = ''] = Object.keys(tables)
      expect(await asSuperuser(`SELECT DISTINCT account_id FROM ${tableOf(table)}`)).toHaveLength(2)
    },
  )

  test(
    'is created once, even if db:seed runs twice',
    async () => {
      const before = await countRows()
      expect(seed().status).toBe(0)
      expect(await countRows()).toEqual(before)
    },
    SEEDING_MS,
  )
})

type Place = { email: string; account: string }

function byEmailAndAccount(one: Place, other: Place): number {
  return `${one.email} ${one.account}`.localeCompare(`${other.email} ${other.account}`)
}
