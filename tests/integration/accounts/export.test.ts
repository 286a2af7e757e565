import { afterEach, describe, expect, test, vi } from 'vitest'
import { exportAccount } from '@/lib/accounts/export'
import { renameAccount } from '@/lib/accounts/rename'
import { appendPendingEvents } from '@/lib/audit/append-to-chain'
import { notFound, ok } from '@/lib/outcome'
import { isDatabaseUnavailable } from '@/lib/platform/db-errors'
import type { ExportedTable, Resource } from '@/lib/resource'
import { RESOURCES } from '@/lib/resources'
import type { AccountScope } from '@/lib/scope'
import { deleteUser } from '@/lib/users/deletion'
import { asSuperuser, tableOf } from '../../support/database'
import { memberScope, ownerScope, REQUEST, scopeIn, unique } from '../../support/people'
import { insertResources } from '../../support/resources'
import { unwrap } from '../../support/unwrap'

type Exported = Record<string, Record<string, unknown>[]> & { account: Record<string, unknown> }

async function piecesOf(scope: AccountScope) {
  return unwrap(await exportAccount(scope, REQUEST)).values()
}

async function textOf(scope: AccountScope): Promise<string> {
  return readAll(unwrap(await exportAccount(scope, REQUEST)))
}

/** Opens an export from an IP address, which ends with its test. */
async function openFrom(scope: AccountScope, ip: string) {
  const pieces = unwrap(await exportAccount(scope, { ...REQUEST, ip }))
  opened.push(pieces)
  return pieces
}

const opened: ReadableStream<string>[] = []
afterEach(async () => {
  for (const pieces of opened.splice(0)) await pieces?.cancel().catch(() => undefined) // unless the test has read it
})

async function readAll(pieces: ReadableStream<string> | null | undefined): Promise<string> {
  let text = ''
  for await (const piece of pieces?.values() ?? []) text += piece
  return text
}

async function exported(scope: AccountScope): Promise<Exported> {
  return JSON.parse(await textOf(scope))
}

/** Inserts invitations, a token, and an event, with `mark` in their names. */
async function fill({ account, user }: AccountScope, mark: string, invitations = 2) {
  await asSuperuser(
    `WITH invited AS (
       INSERT INTO invitations (account_id, id, email, role, invited_by, expires_at)
       SELECT $1, gen_random_uuid(), 'thing-' || $3::text || '-' || n || '@example.com', 'ADMIN', $2, now() FROM generate_series(1, $4::int) n
       RETURNING id, email
     )
     INSERT INTO tokens (hash, purpose, email, account_id, invitation_id, expires_at)
     SELECT sha256(email::bytea), 'invitation', email, $1, id, now() FROM invited LIMIT 1`,
    [account.id, user.id, mark, invitations],
  )
  await asSuperuser('INSERT INTO account_policies (account_id, email_domains) VALUES ($1, $2)', [account.id, [`${mark}.example`]])
  await asSuperuser(
    `INSERT INTO audit_events (id, account_id, actor_id, kind, target, details) VALUES (gen_random_uuid(), $1, $2, 'invitation.sent', $3, '{"a": 1}')`,
    [account.id, user.id, `event ${mark}`],
  )
  await appendPendingEvents()
}

/** The tenant tables in the catalog, with their columns. */
async function tenantColumns(): Promise<Map<string, string[]>> {
  const rows = await asSuperuser<{ name: string; columns: string[] }>(
    `SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relrowsecurity GROUP BY 1`,
  )
  return new Map(rows.map(({ name, columns }) => [name, columns]))
}

/** The key of each table in an export, its renamed columns, and the omitted ones. */
type Place = { key: string; renamed?: Record<string, string>; omitted: string[] }
const PLACES: Record<string, Place> = {
  ...Object.fromEntries(Object.values<Resource>(RESOURCES).flatMap(({ tables }) => Object.entries(tables).map(placeOf))),
  accounts: { key: 'account', omitted: ['name_key', 'displayed_skeleton', 'folded_skeleton', 'deleted_at', 'suspended_at'] }, // derived from the name; always null, because such an account cannot be exported
  memberships: { key: 'members', renamed: { created_at: 'joinedAt' }, omitted: ['account_id', 'sort_key', 'role_rank'] }, // derived from the name and the role
  invitations: { key: 'invitations', omitted: ['account_id'] },
  account_policies: { key: 'policy', omitted: ['account_id', 'member_api_keys'] }, // reserved
  audit_events: { key: 'auditEvents', omitted: ['account_id', 'trail_id', 'user_id'] }, // always this account, and null for user_id
  audit_chain: { key: 'auditChain', omitted: ['account_id', 'trail_id', 'user_id'] },
}

function placeOf([name, { columns }]: [string, ExportedTable]): [string, Place] {
  const omitted = Object.entries(columns).flatMap(([column, isExported]) => (isExported ? [] : [tableOf(column)]))
  return [tableOf(name), { key: name, omitted: ['account_id', ...omitted] }]
}

describe('exportAccount', () => {
  test('includes every column of every tenant table, unless it is listed as omitted', async () => {
    const scope = await ownerScope()
    await fill(scope, unique('x'))
    await insertResources(scope)
    const { formatVersion, exportedAt, ...parts } = await exported(scope)
    expect([formatVersion, Number.isNaN(Date.parse(String(exportedAt)))]).toEqual([1, false])
    const tables = await tenantColumns()
    expect(Object.keys(parts).sort()).toEqual([...tables.keys()].map((table) => PLACES[table]?.key ?? `no place for ${table}`).sort())
    for (const [table, columns] of tables) {
      const { key, renamed = {}, omitted } = PLACES[table] ?? { key: '', omitted: [] }
      const [row] = [parts[key]].flat()
      const wanted = columns.filter((column) => !omitted.includes(column)).map((column) => renamed[column] ?? camelCase(column))
      expect(Object.keys(row ?? {}), table).toEqual(expect.arrayContaining(wanted))
    }
  })

  // ASVS 8.4.1
  test('contains everything of the account and nothing of another, even if they share a member', async () => {
    const [mine, theirs] = [await ownerScope(), await ownerScope()]
    const [ours, foreign] = [unique('ours'), unique('foreign')]
    await fill(mine, ours)
    await fill(theirs, foreign)
    const shared = await memberScope(mine, 'ADMIN')
    await asSuperuser(`INSERT INTO memberships (account_id, user_id, role) VALUES ($1, $2, 'OWNER')`, [theirs.account.id, shared.user.id])
    const also = await scopeIn(theirs.account.slug, shared.user.id)
    await renameAccount(also, { accountName: unique('Renamed elsewhere') }, REQUEST) // by the shared member, in the other account

    const text = await textOf(shared)
    const { account, members, invitations, auditEvents, auditChain } = JSON.parse(text) as Exported
    expect(account).toMatchObject({ id: mine.account.id, name: mine.account.name, slug: mine.account.slug })
    expect(members?.map(({ email, role }) => `${email} ${role}`).sort()).toEqual(
      [`${mine.user.email} OWNER`, `${shared.user.email} ADMIN`].sort(),
    )
    expect(invitations?.map(({ email }) => email).sort()).toEqual([1, 2].map((n) => `thing-${ours}-${n}@example.com`))
    expect(auditEvents?.map(({ kind }) => kind).sort()).toEqual(['account.created', 'account.exported', 'invitation.sent'])
    // with the chain, the trail can be verified later
    const before = auditEvents?.filter(({ kind }) => kind !== 'account.exported') ?? []
    expect(auditChain?.map(({ eventId }) => eventId).sort()).toEqual(before.map(({ id }) => id).sort())
    for (const word of [foreign, theirs.account.id, theirs.account.slug, theirs.account.name, theirs.user.id, theirs.user.email]) {
      expect(text).not.toContain(word)
    }
  })

  test('reads one snapshot: rows that are inserted, deleted, or changed during the export make no difference', async () => {
    const scope = await ownerScope()
    await fill(scope, unique('p'), 1500)
    const [leaver, other] = [await memberScope(scope, 'MEMBER'), await memberScope(scope, 'MEMBER')]
    const pieces = await piecesOf(scope)
    let text = (await pieces.next()).value ?? ''
    await asSuperuser('INSERT INTO memberships (account_id, user_id, role) SELECT $1, id, $2 FROM users WHERE id <> ALL ($3)', [
      scope.account.id,
      'MEMBER',
      [scope.user.id, leaver.user.id, other.user.id],
    ])
    await asSuperuser('DELETE FROM memberships WHERE user_id = $1', [leaver.user.id])
    await asSuperuser(`UPDATE memberships SET role = 'ADMIN' WHERE user_id = $1`, [other.user.id])
    await asSuperuser('DELETE FROM invitations WHERE account_id = $1', [scope.account.id])
    await asSuperuser('UPDATE accounts SET deleted_at = now() WHERE id = $1', [scope.account.id])
    for await (const piece of pieces) text += piece
    const { members = [], invitations = [] } = JSON.parse(text) as Exported
    expect(members.map(({ userId, role }) => `${userId} ${role}`).sort()).toEqual(
      [`${scope.user.id} OWNER`, `${leaver.user.id} MEMBER`, `${other.user.id} MEMBER`].sort(),
    )
    expect(invitations).toHaveLength(1500)
  })

  // ASVS 13.2.6, 15.2.2
  test('takes two connections per address at most, and leaves one to the deletion of users and all of the web pool', async () => {
    const [scope, leaving] = [await ownerScope(), await ownerScope()]
    await fill(scope, unique('p'), 1500)
    const from = (ip: string) => openFrom(scope, ip)
    const recorded = () => asSuperuser(`SELECT FROM audit_events WHERE account_id = $1 AND kind = 'account.exported'`, [scope.account.id])
    const unread = [await from('192.0.2.1'), await from('192.0.2.1')]
    await expect(from('192.0.2.1')).rejects.toSatisfy(isDatabaseUnavailable)
    unread.push(await from('192.0.2.2'))
    await expect(from('192.0.2.3')).rejects.toSatisfy(isDatabaseUnavailable)
    expect(await recorded()).toHaveLength(3)
    expect(await deleteUser(leaving, { confirmation: leaving.user.email }, REQUEST)).toEqual(ok(null))
    await Promise.all(Array.from({ length: 20 }, () => renameAccount(scope, { accountName: scope.account.name }, REQUEST)))
    const [waiting] = [from('192.0.2.3'), await unread.pop()?.cancel()]
    await (await waiting)?.cancel()
    for (const pieces of unread) await pieces?.cancel()
    expect(JSON.parse(await textOf(scope))).toHaveProperty('account.id', scope.account.id)
  })

  // ASVS 2.4.1, 15.2.2
  test('ends for another address after a minute if its client reads slowly, however many addresses read slowly', async () => {
    const scope = await ownerScope()
    await fill(scope, unique('p'), 1500)
    const from = (ip: string) => openFrom(scope, ip)
    const unread = [await from('192.0.2.11'), await from('192.0.2.11'), await from('192.0.2.12')]
    await expect(from('192.0.2.13')).rejects.toSatisfy(isDatabaseUnavailable)
    const now = performance.now.bind(performance)
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + 61_000)
    try {
      const pieces = await from('192.0.2.13')
      await expect(readAll(unread[0])).rejects.toThrow('reads too slowly')
      clock.mockRestore()
      expect(JSON.parse(await readAll(pieces))).toHaveProperty('account.id', scope.account.id)
    } finally {
      clock.mockRestore()
    }
  })

  // ASVS 15.3.1
  test('contains no token, password hash, or session id', async () => {
    const scope = await ownerScope()
    await fill(scope, unique('x'))
    const text = await textOf(scope)
    const secrets = await asSuperuser<{ secret: string }>(
      `SELECT password_hash AS secret FROM users WHERE id = $1
       UNION ALL SELECT encode(id_hash, s) FROM sessions, unnest(ARRAY['hex', 'base64']) s WHERE user_id = $1
       UNION ALL SELECT encode(hash, s) FROM tokens, unnest(ARRAY['hex', 'base64']) s WHERE account_id = $2`,
      [scope.user.id, scope.account.id],
    )
    expect(secrets).toHaveLength(7) // a password, and two sessions and a token in two encodings each
    for (const { secret } of secrets) expect(text).not.toContain(secret)
    expect(text).not.toContain(scope.session.id)
  })

  test.each([999, 1000, 1001, 2500])('contains each of %i rows once', async (count) => {
    const scope = await ownerScope()
    await fill(scope, unique('p'), count)
    const { invitations = [] } = await exported(scope)
    expect([invitations.length, new Set(invitations.map(({ id }) => id)).size]).toEqual([count, count])
  })

  test('records the export in the trail that it contains', async () => {
    const scope = await ownerScope()
    const { auditEvents = [] } = await exported(scope)
    const event = { kind: 'account.exported', actorId: scope.user.id, target: scope.account.name, ip: REQUEST.ip }
    expect(auditEvents.at(-1)).toMatchObject(event)
  })

  test('refuses an account that was deleted in the meantime', async () => {
    const owner = await ownerScope()
    await asSuperuser('UPDATE accounts SET deleted_at = now() WHERE id = $1', [owner.account.id])
    expect(await exportAccount(owner, REQUEST)).toEqual(notFound)
  })

  // ASVS 16.5.3
  test('fails when the database fails, and leaves incomplete JSON', async () => {
    const scope = await ownerScope()
    await fill(scope, unique('p'), 1500)
    const pieces = await piecesOf(scope)
    let text = ''
    const readAll = async () => {
      for await (const piece of pieces) {
        text += piece
        if (text.includes('"invitations"')) await asSuperuser('ALTER TABLE IF EXISTS audit_events RENAME TO audit_events_away')
      }
    }
    await expect(readAll()).rejects.toThrow()
    await asSuperuser('ALTER TABLE audit_events_away RENAME TO audit_events')
    expect(text).toMatch(/thing-p-\w+-1499@/)
    expect(() => JSON.parse(text)).toThrow()
  })

  test('reads only as far as its consumer does', async () => {
    const scope = await ownerScope()
    await fill(scope, unique('p'), 2500)
    const pieces = await piecesOf(scope)
    let text = ''
    while (!text.includes('thing-p-')) text += (await pieces.next()).value
    expect(text.split('thing-p-').length - 1).toBe(1000)
    await pieces.return?.() // as when the client disconnects
    expect(await pieces.next()).toEqual({ done: true, value: undefined })
  })
})

function camelCase(column: string): string {
  return column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}
