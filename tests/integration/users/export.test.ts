import { describe, expect, test } from 'vitest'
import type { UserScope } from '@/lib/scope'
import { exportUser } from '@/lib/users/export'
import { asSuperuser } from '../../support/database'
import { ownerScope, REQUEST, unique } from '../../support/people'
import { anotherSession } from '../../support/sessions'

type Exported = Record<string, Record<string, unknown>[]> & { profile: Record<string, unknown> }

async function textOf(scope: UserScope): Promise<string> {
  let text = ''
  for await (const piece of await exportUser(scope, REQUEST)) text += piece
  return text
}

/** Inserts a row into each table that can reference a user. */
async function fill({ user }: UserScope, mark: string) {
  await asSuperuser(`INSERT INTO identities (provider, provider_account_id, user_id, type) VALUES ('x', $1, $2, 'oidc')`, [mark, user.id])
  await asSuperuser(
    `INSERT INTO tokens (hash, purpose, email, user_id, expires_at) VALUES (sha256($1::text::bytea), 'password-reset', $2, $3, now())`,
    [mark, user.email, user.id],
  )
  await asSuperuser(`INSERT INTO devices (user_id, id_hash) VALUES ($1, sha256($2::text::bytea))`, [user.id, mark])
  await asSuperuser(`INSERT INTO totp_factors (user_id, secret, last_step) VALUES ($1, 'secret of ' || $2, 0)`, [user.id, mark])
  await asSuperuser('INSERT INTO factor_resets (user_id) VALUES ($1)', [user.id])
  await asSuperuser(`INSERT INTO recovery_codes (user_id, code_hash) VALUES ($1, sha256($2::text::bytea))`, [user.id, mark])
  await asSuperuser(
    `INSERT INTO remembered_browsers (user_id, id_hash, handle, expires_at) VALUES ($1, sha256($2::text::bytea), gen_random_uuid(), now() + interval '1 h')`,
    [user.id, mark],
  )
  await asSuperuser(
    `INSERT INTO passkeys (user_id, id, credential_id, public_key, counter, name, aaguid, is_backup_eligible, is_backed_up)
     VALUES ($1, gen_random_uuid(), 'secret of ' || $2, '', 0, 'Passkey', gen_random_uuid(), true, true)`,
    [user.id, mark],
  )
  const inviter = await ownerScope()
  await asSuperuser(
    `INSERT INTO invitations (account_id, id, email, role, invited_by, expires_at) VALUES ($1, gen_random_uuid(), $2, 'ADMIN', $3, now() + interval '1 h')`,
    [inviter.account.id, user.email, inviter.user.id],
  )
}

/** Reads the columns of users, invitations, and every table that references users or audit trails from the catalog. */
async function personalColumns(): Promise<Map<string, string[]>> {
  const rows = await asSuperuser<{ name: string; columns: string[] }>(
    `SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.oid = 'users'::regclass OR c.oid IN (SELECT conrelid FROM pg_constraint WHERE contype = 'f' AND confrelid IN ('users'::regclass, 'audit_trails'::regclass))
         OR c.oid = 'invitations'::regclass GROUP BY 1`,
  )
  return new Map(rows.map(({ name, columns }) => [name, columns]))
}

/** The key of each table in an export, its renamed columns, and the omitted ones: secrets, and ids of others. */
const PLACES: Record<string, { key: string; renamed?: Record<string, string>; omitted: string[] }> = {
  users: { key: 'profile', renamed: { email_verified_at: 'emailVerified' }, omitted: ['password_hash', 'suspended_at'] }, // always null, because a suspended user cannot sign in
  sessions: { key: 'sessions', omitted: ['id_hash', 'user_id', 'browser_hash'] },
  devices: { key: 'devices', omitted: ['user_id', 'id_hash'] },
  identities: { key: 'identities', omitted: ['user_id'] },
  tokens: { key: 'links', omitted: ['hash', 'user_id', 'account_id', 'invitation_id', 'sent_at', 'expires_at'] }, // an account is not the user's data; times of sending reveal who is registered
  totp_factors: { key: 'authenticatorApps', omitted: ['user_id', 'secret', 'last_step'] },
  factor_resets: { key: 'factorResets', omitted: ['user_id', 'session_handle'] },
  passkeys: { key: 'passkeys', omitted: ['user_id', 'credential_id', 'public_key', 'counter'] },
  recovery_codes: { key: 'recoveryCodes', omitted: ['user_id', 'code_hash'] },
  remembered_browsers: { key: 'rememberedBrowsers', omitted: ['user_id', 'id_hash'] },
  memberships: { key: 'memberships', omitted: ['user_id', 'ownership_offered_by', 'sort_key', 'role_rank'] }, // derived from the name and the role
  invitations: { key: 'invitations', omitted: ['invited_by', 'accepted_at', 'revoked_at'] }, // null while pending
  audit_events: { key: 'events', omitted: ['trail_id', 'user_id', 'account_id'] },
}

// derived by the database from the events
const DERIVED = ['audit_trails', 'audit_chain', 'audit_pending']

describe('exportUser', () => {
  test('includes every column of every table that references a user, unless it is listed as omitted', async () => {
    const scope = await ownerScope()
    await fill(scope, unique('x'))
    const { formatVersion, exportedAt, ...parts } = JSON.parse(await textOf(scope)) as Exported
    expect([formatVersion, Number.isNaN(Date.parse(String(exportedAt)))]).toEqual([1, false])
    const tables = await personalColumns()
    for (const table of DERIVED) tables.delete(table)
    expect(Object.keys(parts).sort()).toEqual([...tables.keys()].map((table) => PLACES[table]?.key ?? `no place for ${table}`).sort())
    for (const [table, columns] of tables) {
      const { key, renamed = {}, omitted } = PLACES[table] ?? { key: '', omitted: [] }
      const [row] = [parts[key]].flat()
      const wanted = columns.filter((column) => !omitted.includes(column)).map((column) => renamed[column] ?? camelCase(column))
      expect(Object.keys(row ?? {}), table).toEqual(expect.arrayContaining(wanted))
    }
  })

  // ASVS 15.3.1
  test('contains nothing about another user, and no secret', async () => {
    const [mine, theirs] = [await ownerScope(), await ownerScope()]
    const [ours, foreign] = [unique('ours'), unique('foreign')]
    await fill(mine, ours)
    await fill(theirs, foreign)
    const text = await textOf(mine)
    expect([text.includes(mine.user.email), text.includes(ours), text.includes(mine.account.name)]).toEqual([true, true, true])
    for (const secret of [theirs.user.email, theirs.user.id, theirs.account.name, foreign, mine.session.id, `secret of ${ours}`])
      expect(text).not.toContain(secret)
    const [stored] = await asSuperuser<{ password: string; session: string; token: string }>(
      `SELECT password_hash AS password, encode(id_hash, 'hex') AS session, encode(tokens.hash, 'hex') AS token
         FROM users JOIN sessions ON sessions.user_id = users.id JOIN tokens ON tokens.user_id = users.id WHERE users.id = $1`,
      [mine.user.id],
    )
    for (const secret of Object.values(stored ?? {})) expect(text).not.toContain(secret)
  })

  test('contains all sessions and each event of a long trail once and in order, including its own event', async () => {
    const scope = await ownerScope()
    await anotherSession(scope)
    await asSuperuser(
      `INSERT INTO audit_events (id, user_id, kind) SELECT gen_random_uuid(), $1, 'session.refused' FROM generate_series(1, 2500)`,
      [scope.user.id],
    )
    const { sessions, events } = JSON.parse(await textOf(scope)) as Exported
    expect(sessions).toHaveLength((await asSuperuser('SELECT FROM sessions WHERE user_id = $1', [scope.user.id])).length)
    const kept = await asSuperuser<{ id: string }>('SELECT id FROM audit_events WHERE user_id = $1 ORDER BY id', [scope.user.id])
    expect(events?.map(({ id }) => id)).toEqual(kept.map(({ id }) => id))
    expect(events?.filter(({ kind }) => kind === 'user.exported')).toHaveLength(1)
  })
})

function camelCase(column: string): string {
  return column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}
