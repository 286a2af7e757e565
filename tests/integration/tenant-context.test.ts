import { v7 as uuidv7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { appendPendingEvents } from '@/lib/audit/append-to-chain'
import { Prisma } from '@/lib/generated/prisma/client'
import { database, withAccount, withUser } from '@/lib/platform/db'
import type { Resource } from '@/lib/resource'
import { RESOURCES } from '@/lib/resources'
import type { AccountScope } from '@/lib/scope'
import { asOwner, asRuntime, asSuperuser, tableOf } from '../support/database'
import { FIXTURES } from '../support/fixtures'
import { deleteAccountRow, invite } from '../support/invitations'
import { ownerScope } from '../support/people'
import { insertResources, RESOURCE_TABLES } from '../support/resources'

const CORE = ['accounts', 'account_policies', 'memberships', 'invitations', 'audit_events', 'audit_chain']
const TENANT = [...CORE, ...RESOURCE_TABLES]
const IDENTITY = [
  'users',
  'sessions',
  'session_proofs',
  'devices',
  'identities',
  'tokens',
  'registrations',
  'sign_in_requests',
  'totp_factors',
  'totp_enrollments',
  'recovery_codes',
  'recovery_code_sheets',
  'remembered_browsers',
  'passkeys',
  'passkey_challenges',
  'factor_resets',
  'limits',
  'audit_trails',
  'audit_pending',
]

/** Inserts a row into each tenant table that registering leaves empty. */
async function fill(scope: AccountScope) {
  const values = [scope.account.id, scope.user.id]
  await asSuperuser(
    `INSERT INTO invitations (account_id, id, email, role, invited_by, expires_at) VALUES ($1, gen_random_uuid(), 'x@example.com', 'MEMBER', $2, now())`,
    values,
  )
  await asSuperuser('INSERT INTO account_policies (account_id) VALUES ($1)', [scope.account.id])
  await insertResources(scope)
  await appendPendingEvents()
}

describe('row-level security', () => {
  // ASVS 8.4.1
  test('is forced on every table that is not listed as an identity table', async () => {
    const tables = await asSuperuser<{ name: string; forced: boolean; policies: number }>(
      `SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS forced, (SELECT count(*)::int FROM pg_policy WHERE polrelid = c.oid) AS policies
         FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> '_prisma_migrations' ORDER BY 1`,
    )
    expect(tables.map(({ name }) => name)).toEqual([...TENANT, ...IDENTITY].sort())
    for (const { name, forced, policies } of tables) {
      expect([name, forced, policies > 0]).toEqual([name, TENANT.includes(name), TENANT.includes(name)])
    }
  })

  // ASVS 8.4.1, 13.2.2
  test('cannot be bypassed by the runtime role, which owns nothing', async () => {
    const [role] = await asRuntime(
      `SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, (SELECT count(*)::int FROM pg_class WHERE relowner = pg_roles.oid) AS owned FROM pg_roles WHERE rolname = current_user`,
    )
    expect(role).toEqual({ rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false, owned: 0 })
  })

  test.each(TENANT)('without a context, %s shows no rows', async (table) => {
    await fill(await ownerScope())
    expect(await asRuntime(`SELECT * FROM ${table}`)).toEqual([])
    expect((await asSuperuser(`SELECT * FROM ${table}`)).length).toBeGreaterThan(0)
  })

  test('without a context, nothing can be written', async () => {
    const scope = await ownerScope()
    await expect(asRuntime(`INSERT INTO accounts (id, name, name_key, slug) VALUES (gen_random_uuid(), 'x', 'x', 'x')`)).rejects.toThrow(
      /row-level security/,
    )
    await expect(
      asRuntime(`INSERT INTO memberships (account_id, user_id, role) VALUES ($1, $2, 'OWNER')`, [scope.account.id, scope.user.id]),
    ).rejects.toThrow(/row-level security/)
    expect(await asRuntime('DELETE FROM memberships RETURNING *')).toEqual([])
    expect(await asRuntime(`UPDATE accounts SET name = 'taken over' RETURNING *`)).toEqual([])
  })

  test('applies to the owner role', async () => {
    await ownerScope()
    for (const table of ['accounts', 'memberships', 'audit_events']) expect(await asOwner(`SELECT * FROM ${table}`), table).toEqual([])
    expect(await asSuperuser('SELECT FROM accounts')).not.toEqual([])
  })

  test('in the context of a user, only their memberships can be read, and none changed', async () => {
    const [mine, theirs] = [await ownerScope(), await ownerScope()]
    await withUser(mine.user.id, async (tx) => {
      expect((await tx.account.findMany()).map(({ id }) => id)).toEqual([mine.account.id])
      expect((await tx.membership.findMany()).map(({ userId }) => userId)).toEqual([mine.user.id])
      expect(await tx.membership.updateMany({ data: { role: 'MEMBER' } })).toEqual({ count: 0 })
      expect(await tx.account.updateMany({ data: { name: 'x' } })).toEqual({ count: 0 })
    })
    await expect(
      withUser(mine.user.id, (tx) => tx.auditEvent.createMany({ data: [{ userId: theirs.user.id, kind: 'session.started' }] })),
    ).rejects.toThrow(/row-level security/)
  })

  test('in the context of an account, the other memberships of its members are hidden', async () => {
    const [mine, theirs] = [await ownerScope(), await ownerScope()]
    await asSuperuser(`INSERT INTO memberships (account_id, user_id, role) VALUES ($1, $2, 'MEMBER')`, [mine.account.id, theirs.user.id])
    const seen = await withAccount(mine.account.id, (tx) => tx.membership.findMany({ select: { accountId: true } }))
    expect(seen).toEqual([{ accountId: mine.account.id }, { accountId: mine.account.id }])
  })

  // ASVS 15.4.1
  test('leaves no context on the connection after a failed transaction', async () => {
    const scope = await ownerScope()
    await expect(withAccount(scope.account.id, () => Promise.reject(new Error('on purpose')))).rejects.toThrow('on purpose')
    await expect(withUser(scope.user.id, (tx) => tx.$queryRaw`SELECT pg_sleep(0), 1 / 0`)).rejects.toThrow()
    const seen = await Promise.all(Array.from({ length: 30 }, () => database().$queryRaw`SELECT count(*)::int AS n FROM accounts`))
    expect(seen.flat()).toEqual(Array(30).fill({ n: 0 }))
  })
})

/** Statements that insert a row for the account $1. */
const INSERTS: Record<string, string> = {
  accounts: `INSERT INTO accounts (id, name, name_key, slug) VALUES ($1::uuid, 'New', gen_random_uuid()::text, gen_random_uuid()::text)`,
  memberships: `INSERT INTO memberships (account_id, user_id, role) SELECT $1::uuid, id, 'OWNER' FROM users ORDER BY id DESC LIMIT 1`,
  invitations: `INSERT INTO invitations (account_id, id, email, role, expires_at) VALUES ($1::uuid, gen_random_uuid(), 'new@example.com', 'OWNER', now())`,
  account_policies: 'INSERT INTO account_policies (account_id) VALUES ($1::uuid)',
  audit_events: `INSERT INTO audit_events (account_id, id, kind) VALUES ($1::uuid, gen_random_uuid(), 'x')`,
  audit_chain: `INSERT INTO audit_chain (account_id, position, event_id, hash) VALUES ($1::uuid, 99, gen_random_uuid(), sha256('x'))`,
}

/** @returns the statement that inserts a row into a table for the account $1 */
function insertInto(table: string): string {
  const resource = Object.entries<Resource>(RESOURCES).find(([, { tables }]) => Object.keys(tables).map(tableOf).includes(table))?.[0] ?? ''
  const row = { id: 'gen_random_uuid()', accountId: '$1::uuid', createdBy: 'gen_random_uuid()' }
  const statements = FIXTURES[resource]?.insert(row).split(';') ?? [] // one for each table of the resource
  return INSERTS[table] ?? statements.find((statement) => statement.includes(`INTO ${table} `)) ?? ''
}

// ASVS 8.4.1
describe.each(TENANT)('the policies on %s', (table) => {
  const key = table === 'accounts' ? 'id' : 'account_id'

  async function twoFilledAccounts() {
    const [mine, theirs] = [await ownerScope(), await ownerScope()]
    for (const scope of [mine, theirs]) await fill(scope)
    return { mine, theirs }
  }

  test('show the rows of the account in the context, and no others', async () => {
    const { mine } = await twoFilledAccounts()
    const seen = await withAccount(mine.account.id, (tx) =>
      tx.$queryRawUnsafe<{ id: string }[]>(`SELECT DISTINCT ${key} AS id FROM ${table}`),
    )
    expect(seen).toEqual([{ id: mine.account.id }])
  })

  test('reject a new row for another account', async () => {
    const { mine, theirs } = await twoFilledAccounts()
    const target = table === 'accounts' ? uuidv7() : theirs.account.id
    const adding = withAccount(mine.account.id, (tx) => tx.$executeRawUnsafe(insertInto(table), target))
    await expect(adding).rejects.toThrow(/row-level security/)
    const inUserContext = withUser(mine.user.id, (tx) => tx.$executeRawUnsafe(insertInto(table), target))
    await expect(inUserContext).rejects.toThrow(/row-level security/)
  })

  test('reject changes to rows of another account, and moving rows to it', async () => {
    const { mine, theirs } = await twoFilledAccounts()
    if (table.startsWith('audit_')) return expectUnchangeable(mine, table)
    const before = await asSuperuser(`SELECT * FROM ${table} WHERE ${key} = $1`, [theirs.account.id])
    await withAccount(mine.account.id, async (tx) => {
      expect(await tx.$executeRawUnsafe(`UPDATE ${table} SET ${key} = ${key} WHERE ${key} = $1::uuid`, theirs.account.id)).toBe(0)
      expect(await tx.$executeRawUnsafe(`DELETE FROM ${table} WHERE ${key} = $1::uuid`, theirs.account.id)).toBe(0)
    })
    const handOver = withAccount(mine.account.id, (tx) =>
      tx.$executeRawUnsafe(`UPDATE ${table} SET ${key} = $1::uuid WHERE ${key} = $2::uuid`, theirs.account.id, mine.account.id),
    )
    await expect(handOver).rejects.toThrow(/row-level security/)
    expect(await asSuperuser(`SELECT * FROM ${table} WHERE ${key} = $1`, [theirs.account.id])).toEqual(before)
  })
})

/** An audit trail cannot be changed, not even that of the account in the context. */
async function expectUnchangeable({ account }: AccountScope, table: string) {
  for (const change of [`UPDATE ${table} SET account_id = account_id`, `DELETE FROM ${table}`]) {
    await expect(withAccount(account.id, (tx) => tx.$executeRawUnsafe(change))).rejects.toThrow(/permission denied/)
  }
}

describe('the context of a user', () => {
  test('shows the pending invitations to their email, and no others', async () => {
    const [mine, theirs] = [await ownerScope(), await ownerScope()]
    const invite = (email: string, end: string) =>
      asSuperuser(
        `INSERT INTO invitations (account_id, id, email, role, expires_at, revoked_at) VALUES ($1, gen_random_uuid(), $2, 'MEMBER', now() + interval '1 h', ${end})`,
        [theirs.account.id, email],
      )
    await invite(mine.user.email, 'now()')
    await invite(mine.user.email, 'NULL')
    await invite('someone-else@example.com', 'NULL')
    const seen = await withUser(mine.user.id, (tx) => tx.invitation.findMany({ select: { email: true, revokedAt: true } }))
    expect(seen).toEqual([{ email: mine.user.email, revokedAt: null }])
    await withUser(mine.user.id, async (tx) => {
      expect(await tx.invitation.updateMany({ data: { role: 'OWNER' } })).toEqual({ count: 0 })
      expect(await tx.invitation.deleteMany()).toEqual({ count: 0 })
    })
  })

  test('shows their own audit trail, and no other', async () => {
    const [mine] = [await ownerScope(), await ownerScope()]
    const seen = await withUser(mine.user.id, (tx) => tx.auditEvent.findMany({ select: { userId: true } }))
    expect(new Set(seen.map(({ userId }) => userId))).toEqual(new Set([mine.user.id]))
  })

  test.each(RESOURCE_TABLES)('shows no %s of their accounts', async (table) => {
    const mine = await ownerScope()
    await fill(mine)
    expect(await withUser(mine.user.id, (tx) => tx.$queryRawUnsafe(`SELECT * FROM ${table}`))).toEqual([])
  })
})

describe('functions that read across accounts', () => {
  /** One user's invitation and account, seen by another user. */
  async function invitedAndOther() {
    const [inviter, invited, other] = [await ownerScope(), await ownerScope(), await ownerScope()]
    const { id } = await invite(inviter, 'MEMBER', invited.user.email)
    return { invited, other, id }
  }
  const INVITATIONS = Prisma.sql`SELECT id::text FROM list_pending_invitations()`
  const ACCOUNTS = Prisma.sql`SELECT id::text FROM plan_user_deletion()`

  // ASVS 8.3.3
  test('answer for the user in the context only', async () => {
    const { invited, other, id } = await invitedAndOther()
    expect(await withUser(invited.user.id, (tx) => tx.$queryRaw(INVITATIONS))).toEqual([{ id }])
    expect(await withUser(other.user.id, (tx) => tx.$queryRaw(INVITATIONS))).toEqual([])
    expect(await withUser(other.user.id, (tx) => tx.$queryRaw(Prisma.sql`SELECT id FROM list_pending_invitations(${id}::uuid)`))).toEqual(
      [],
    )
    expect(await withUser(invited.user.id, (tx) => tx.$queryRaw(ACCOUNTS))).toEqual([{ id: invited.account.id }])
  })

  test('return nothing without a user in the context', async () => {
    const { invited } = await invitedAndOther()
    for (const query of [INVITATIONS, ACCOUNTS]) {
      expect(await database().$queryRaw(query)).toEqual([])
      expect(await withAccount(invited.account.id, (tx) => tx.$queryRaw(query))).toEqual([])
    }
  })

  test('leave and delete the accounts of the user in the context only', async () => {
    const { invited, other } = await invitedAndOther()
    const leave = Prisma.sql`SELECT account_id::text AS left FROM leave_accounts(NULL, NULL)`
    const shared = await ownerScope()
    await asSuperuser(`INSERT INTO memberships (account_id, user_id, role) VALUES ($1, $2, 'MEMBER')`, [shared.account.id, other.user.id])
    expect(await database().$queryRaw(leave)).toEqual([])
    expect(await withAccount(invited.account.id, (tx) => tx.$queryRaw(leave))).toEqual([])
    const left = await withUser(other.user.id, (tx) => tx.$queryRaw<{ left: string }[]>(leave))
    expect(left.map((row) => row.left).sort()).toEqual([other.account.id, shared.account.id].sort())
    expect(await withAccount(shared.account.id, (tx) => tx.membership.findMany({ select: { userId: true } }))).toEqual([
      { userId: shared.user.id },
    ])
    const kept = await asSuperuser('SELECT id FROM accounts WHERE id = ANY ($1)', [[invited.account.id, other.account.id]])
    expect(kept).toEqual([{ id: invited.account.id }])
  })

  test('leave the rows hidden to later statements of the transaction', async () => {
    const { invited } = await invitedAndOther()
    await withUser(invited.user.id, async (tx) => {
      await tx.$queryRaw(INVITATIONS)
      expect((await tx.account.findMany()).map(({ id }) => id)).toEqual([invited.account.id])
    })
  })

  test('return nothing to the owner role itself', async () => {
    const { account } = await ownerScope()
    await deleteAccountRow(account.id)
    const due = Prisma.sql`SELECT due::text FROM list_due_accounts('0 s') AS due`
    expect(await database().$queryRaw(due)).toContainEqual({ due: account.id })
    expect(await asOwner(due.sql)).toEqual([])
  })
})

describe('the audit trail', () => {
  test('requires each event to be in exactly one trail', async () => {
    const scope = await ownerScope()
    await expect(
      asSuperuser(`INSERT INTO audit_events (id, account_id, user_id, kind) VALUES (gen_random_uuid(), $1, $2, 'x')`, [
        scope.account.id,
        scope.user.id,
      ]),
    ).rejects.toThrow(/audit_events_one_trail/)
    await expect(asSuperuser(`INSERT INTO audit_events (id, kind) VALUES (gen_random_uuid(), 'x')`)).rejects.toThrow()
  })
})
