import { encode } from 'next-auth/jwt'
import { describe, expect, test, vi } from 'vitest'
import { sessionCookie } from '@/lib/auth.config'
import { decryptSessionId } from '@/lib/scope'
import { scopeOf } from '@/lib/session-scope'
import { endSession, hashSessionId, startSession, touchSession } from '@/lib/sessions/sessions'
import { asRuntime, asSuperuser, NOW } from '../support/database'
import { ownerScope, REQUEST, registerUser } from '../support/people'

async function signedIn(remembered = false) {
  const { userId, email } = await registerUser()
  return { userId, email, sessionId: await startSession(userId, { remembered, request: REQUEST }) }
}

/** Changes a time of a session, as if time had passed. */
async function shift(sessionId: string, column: 'idle_expires_at' | 'expires_at' | 'last_seen_at', interval: string) {
  await asSuperuser(`UPDATE sessions SET ${column} = ${NOW} + $2::interval WHERE id_hash = $1`, [
    Buffer.from(hashSessionId(sessionId)),
    interval,
  ])
}

describe('scopeOf', () => {
  test('returns the session and the user without an account', async () => {
    const { userId, email, sessionId } = await signedIn()
    expect((await scopeOf(sessionId, null))?.scope).toEqual({
      session: {
        id: sessionId,
        remembered: false,
        proofs: [{ method: 'password', detail: {}, ageSeconds: expect.any(Number) }],
        idleSeconds: expect.any(Number),
        hasRecentAuth: true,
      },
      user: { id: userId, email, name: null, emailVerified: null },
    })
  })

  test('returns the account and the membership for a slug', async () => {
    const scope = await ownerScope()
    expect(scope).toMatchObject({ account: { id: scope.account.id }, membership: { role: 'OWNER' } })
  })

  test('returns a deeply frozen object', async () => {
    const scope = await ownerScope()
    for (const part of [
      scope,
      scope.session,
      scope.session.proofs,
      scope.session.proofs[0],
      scope.session.proofs[0]?.detail,
      scope.user,
      scope.account,
      scope.membership,
    ])
      expect(Object.isFrozen(part)).toBe(true)
  })

  // ASVS 8.4.1
  test("returns no account for another user's slug, as for an unknown one", async () => {
    const [mine, theirs] = [await ownerScope(), await ownerScope()]
    const [foreign, unknown] = [await scopeOf(mine.session.id, theirs.account.slug), await scopeOf(mine.session.id, 'no-such-account')]
    const times = { proofs: [expect.objectContaining({ method: 'password' })], idleSeconds: expect.any(Number) } // which differ
    expect(foreign).toEqual({ ...unknown, scope: { ...unknown?.scope, session: { ...unknown?.scope.session, ...times } } })
    expect(foreign?.scope).not.toHaveProperty('account')
  })

  test('leaves no tenant context behind', async () => {
    const scope = await ownerScope()
    const [left] = await asRuntime<{ user: string; rows: number }>(
      `SELECT (SELECT count(*)::int FROM scope_of($1, $2)) AS found, current_setting('app.user_id', true) AS user, (SELECT count(*)::int FROM accounts) AS rows`,
      [Buffer.from(hashSessionId(scope.session.id)), scope.account.slug],
    )
    expect(left).toEqual({ found: 1, user: '', rows: 0 })
  })

  test('returns null after the session or the user was deleted', async () => {
    const [first, second] = [await signedIn(), await signedIn()]
    await endSession(first.sessionId, { userId: first.userId, request: REQUEST })
    expect(await scopeOf(first.sessionId, null)).toBeNull()
    await asSuperuser('DELETE FROM users WHERE id = $1', [second.userId])
    expect(await scopeOf(second.sessionId, null)).toBeNull()
  })

  test('returns the scope after another user tried to end the session', async () => {
    const [mine, theirs] = [await signedIn(), await signedIn()]
    await endSession(theirs.sessionId, { userId: mine.userId, request: REQUEST })
    expect(await scopeOf(theirs.sessionId, null)).not.toBeNull()
  })

  // ASVS 7.3.1, 7.3.2, 7.4.1
  test.each(['idle_expires_at', 'expires_at'] as const)('returns null from %s on', async (column) => {
    const { sessionId } = await signedIn()
    await shift(sessionId, column, '2 seconds')
    expect(await scopeOf(sessionId, null)).not.toBeNull()
    await shift(sessionId, column, '0')
    expect(await scopeOf(sessionId, null)).toBeNull()
  })
})

describe('a session', () => {
  // ASVS 7.3.1, 7.3.2
  test.each([false, true])("gets its lifetimes from the database's clock (remembered: %s)", async (remembered) => {
    const { sessionId } = await signedIn(remembered)
    const [row] = await asSuperuser<{ idle: number; absolute: number }>(
      'SELECT extract(epoch FROM idle_expires_at - created_at) * 1000 AS idle, extract(epoch FROM expires_at - created_at) * 1000 AS absolute FROM sessions WHERE id_hash = $1',
      [Buffer.from(hashSessionId(sessionId))],
    )
    const hours = (ms: unknown) => Number(ms) / 3_600_000
    expect([hours(row?.idle), hours(row?.absolute)]).toEqual(remembered ? [14 * 24, 60 * 24] : [12, 7 * 24])
  })

  // ASVS 14.2.4
  test('is stored only as a hash', async () => {
    const { sessionId } = await signedIn()
    expect(sessionId).toMatch(/^[\w-]{43}$/)
    const dump = JSON.stringify(await asSuperuser(`SELECT sessions::text, encode(id_hash, 'escape') FROM sessions`))
    expect(dump).not.toContain(sessionId)
  })

  test('has its idle end extended by use, at most every five minutes', async () => {
    const { sessionId } = await signedIn()
    await shift(sessionId, 'idle_expires_at', '1 hour')
    await touchSession(sessionId, false)
    const idle = async () => {
      const [row] = await asSuperuser<{ hours: number }>(
        'SELECT round(extract(epoch FROM idle_expires_at - now()) / 3600)::int AS hours FROM sessions WHERE id_hash = $1',
        [Buffer.from(hashSessionId(sessionId))],
      )
      return row?.hours
    }
    expect(await idle()).toBe(1) // used a moment ago
    await shift(sessionId, 'last_seen_at', '-4 minutes -58 seconds')
    expect((await scopeOf(sessionId, null))?.isStale).toBe(false)
    await shift(sessionId, 'last_seen_at', '-5 minutes -1 second')
    expect((await scopeOf(sessionId, null))?.isStale).toBe(true)
    await touchSession(sessionId, false)
    expect(await idle()).toBe(12)
    expect((await scopeOf(sessionId, null))?.isStale).toBe(false)
  })

  test('that has ended is not extended by use', async () => {
    const { sessionId } = await signedIn()
    await shift(sessionId, 'last_seen_at', '-1 day')
    await shift(sessionId, 'idle_expires_at', '-1 second')
    await touchSession(sessionId, false)
    expect(await scopeOf(sessionId, null)).toBeNull()
  })

  test("records its start and its end once in the user's trail", async () => {
    const { userId, sessionId } = await signedIn()
    await endSession(sessionId, { userId, request: REQUEST })
    await endSession(sessionId, { userId, request: REQUEST }) // a double click
    const events = await asSuperuser('SELECT kind, actor_id, user_agent FROM audit_events WHERE user_id = $1 ORDER BY id', [userId])
    expect(events).toEqual([
      { kind: 'session.started', actor_id: userId, user_agent: REQUEST.userAgent },
      { kind: 'session.ended', actor_id: userId, user_agent: REQUEST.userAgent },
    ])
  })
})

describe('decryptSessionId', () => {
  const secret = process.env.AUTH_SECRET ?? ''
  const salt = sessionCookie().name

  test('returns the id from a valid cookie', async () => {
    expect(await decryptSessionId(await encode({ token: { sid: 'the id' }, secret, salt }))).toBe('the id')
  })

  // ASVS 7.3.2
  test('returns null once a cookie has expired, even if it was decrypted before', async () => {
    const cookie = await encode({ token: { sid: 'the id' }, secret, salt, maxAge: 60 })
    expect(await decryptSessionId(cookie)).toBe('the id')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * 60_000 })
    try {
      expect(await decryptSessionId(cookie)).toBeNull()
    } finally {
      vi.useRealTimers()
    }
  })

  // ASVS 9.1.1, 9.2.1, 9.2.2, 9.2.3
  test.each([
    ['missing', async () => undefined],
    ['malformed', async () => 'nonsense'],
    ['encrypted with another secret', () => encode({ token: { sid: 'x' }, secret: 'another secret, just as long as ours is', salt })],
    ['encrypted for another cookie', () => encode({ token: { sid: 'x' }, secret, salt: 'authjs.csrf-token' })],
    ['expired', () => encode({ token: { sid: 'x' }, secret, salt, maxAge: -60 })],
    ['without an id', () => encode({ token: { sub: 'x' }, secret, salt })],
    ['with an id that is not a string', () => encode({ token: { sid: ['x'] }, secret, salt })],
    ['altered', async () => `${(await encode({ token: { sid: 'x' }, secret, salt })).slice(0, -3)}AAA`],
  ])('returns null for a cookie that is %s', async (_, make) => {
    expect(await decryptSessionId(await make())).toBeNull()
  })
})
