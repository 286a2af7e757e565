import { describe, expect, test } from 'vitest'
import { withAccount, withUser } from '@/lib/platform/db'
import { asRuntime, asSuperuser } from '../support/database'
import { ownerScope, registerUser } from '../support/people'

// What the runtime role, which the server uses, cannot do, even with injected SQL.

const DENIED = /permission denied/

// ASVS 8.2.1, 13.2.2
test('only the operator can lift a suspension: the runtime role can update every other column of users and accounts', async () => {
  const fixed = await asSuperuser(
    `SELECT relname || '.' || attname AS column FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
      WHERE relname IN ('users', 'accounts') AND relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
        AND NOT has_column_privilege('atrium_runtime', attrelid, attnum, 'UPDATE') ORDER BY 1`,
  )
  expect(fixed).toEqual([{ column: 'accounts.suspended_at' }, { column: 'users.suspended_at' }])
  for (const table of ['users', 'accounts']) await expect(asRuntime(`UPDATE ${table} SET suspended_at = NULL`)).rejects.toThrow(DENIED)
})

// ASVS 8.2.3, 13.2.2
describe('password hashes', () => {
  test('cannot be selected by the runtime role, unlike every other column', async () => {
    const hidden = await asSuperuser(
      `SELECT relname || '.' || attname AS column FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
          AND NOT has_column_privilege('atrium_runtime', attrelid, attnum, 'SELECT') ORDER BY 1`,
    )
    expect(hidden).toEqual([{ column: 'registrations.password_hash' }, { column: 'users.password_hash' }])
  })

  test.each([
    'SELECT password_hash FROM users',
    'SELECT * FROM users',
    'SELECT id FROM users WHERE password_hash IS NOT NULL',
    'UPDATE users SET name = password_hash',
    'UPDATE users SET password_hash = NULL RETURNING password_hash',
    'SELECT users FROM users',
    'SELECT password_hash FROM registrations',
  ])('%s is denied', async (statement) => {
    await expect(asRuntime(statement)).rejects.toThrow(DENIED)
  })

  // ASVS 13.2.2
  test('are returned to a sign-in by email, one at a time', async () => {
    const { userId, email } = await registerUser()
    await registerUser()
    expect(await asRuntime('SELECT * FROM find_credential($1)', [email])).toEqual([
      { id: userId, password_hash: expect.stringMatching(/^1\./) },
    ])
    for (const pattern of ['%', '_%', '.*', `${email}|`, `${email}' OR '1'='1`, ''])
      expect(await asRuntime('SELECT * FROM find_credential($1)', [pattern]), pattern).toEqual([])
  })

  // ASVS 1.2.4, 13.2.2
  test.each([
    'SELECT find_credential(email) FROM users',
    'SELECT credential.* FROM users, find_credential(email) AS credential',
    'SELECT (SELECT password_hash FROM find_credential(email)) FROM users',
    'SELECT find_credential(unnest(ARRAY(SELECT email FROM users)))',
    `SELECT find_credential(email), pg_advisory_unlock_shared(20261130, 1), pg_advisory_unlock_all() FROM users`,
  ])('cannot be listed: %s', async (statement) => {
    await registerUser()
    await registerUser()
    await expect(asRuntime(statement)).rejects.toThrow(DENIED)
  })

  test('can be compared only for the user in the tenant context', async () => {
    const { userId, email } = await registerUser()
    const [found] = await asRuntime<{ password_hash: string }>('SELECT password_hash FROM find_credential($1)', [email])
    const matches = (id: string) => withUser(id, (tx) => tx.$queryRaw`SELECT lock_password_hash(${found?.password_hash}) AS matches`)
    expect(await matches(userId)).toEqual([{ matches: true }])
    expect(await matches((await registerUser()).userId)).toEqual([{ matches: false }])
  })
})

// ASVS 16.2.2, 16.4.2
describe('an audit event', () => {
  test('gets its time from the database, and the runtime role cannot set it', async () => {
    const { account, user } = await ownerScope()
    const insert = (column: string, value: string) =>
      withAccount(account.id, (tx) =>
        tx.$executeRawUnsafe(
          `INSERT INTO audit_events (id, account_id, actor_id, kind, ${column}) VALUES (gen_random_uuid(), '${account.id}', '${user.id}', 'x', ${value})`,
        ),
      )
    await expect(insert('created_at', `'2020-01-01'`)).rejects.toThrow(DENIED)
    await expect(insert('created_at', 'now()')).rejects.toThrow(DENIED)
    expect(await insert('target', `'x'`)).toBe(1)
  })

  // ASVS 8.3.3
  test('can be written only in the trail of the tenant context, whatever its kind', async () => {
    const [mine, theirs] = [await ownerScope(), await ownerScope()]
    const kinds = await asSuperuser<{ kind: string }>('SELECT DISTINCT kind FROM audit_events')
    for (const kind of ['membership.left', ...kinds.map((row) => row.kind)]) {
      const event = { kind, actorId: mine.user.id, target: mine.user.email, targetId: mine.user.id }
      const inUserContext = (owner: object) => withUser(mine.user.id, (tx) => tx.auditEvent.createMany({ data: [{ ...event, ...owner }] }))
      const inAccountContext = (owner: object) =>
        withAccount(mine.account.id, (tx) => tx.auditEvent.createMany({ data: [{ ...event, ...owner }] }))
      for (const owner of [{ accountId: mine.account.id }, { accountId: theirs.account.id }, { userId: theirs.user.id }])
        await expect(inUserContext(owner), kind).rejects.toThrow(/row-level security/)
      for (const owner of [{ userId: mine.user.id }, { accountId: theirs.account.id }, { userId: theirs.user.id }])
        await expect(inAccountContext(owner), kind).rejects.toThrow(/row-level security/)
    }
  })

  test.each([
    ['UPDATE audit_events SET target = NULL'],
    ['DELETE FROM audit_events'],
    ['TRUNCATE audit_events'],
    ['UPDATE audit_chain SET position = 1'],
    ['DELETE FROM audit_chain'],
    ['INSERT INTO audit_pending (trail_id, event_id) SELECT id, gen_random_uuid() FROM audit_trails'],
    ['INSERT INTO audit_trails (user_id) VALUES (gen_random_uuid())'],
    ['UPDATE audit_trails SET user_id = NULL'],
    ['DELETE FROM audit_trails'],
  ])('cannot be changed, hidden, or announced: %s is denied', async (statement) => {
    await expect(asRuntime(statement)).rejects.toThrow(DENIED)
  })
})
