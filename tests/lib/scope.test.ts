import { encode } from 'next-auth/jwt'
import { describe, expect, test } from 'vitest'
import { sessionCookie } from '@/lib/auth.config'
import { decryptSessionId, scopeOf } from '@/lib/scope'
import { endSession, hashSessionId, startSession, touchSession } from '@/lib/sessions/sessions'
import { asRuntime, asSuperuser } from '../support/database'
import { ownerScope, REQUEST, registerPerson } from '../support/people'

async function signedIn(remembered = false) {
  const { userId, email } = await registerPerson()
  return { userId, email, sessionId: await startSession(userId, { remembered, request: REQUEST }) }
}

/** Moves a session's end as if time had passed. */
async function shift(sessionId: string, column: 'idle_expires_at' | 'expires_at' | 'last_seen_at', interval: string) {
  await asSuperuser(`UPDATE sessions SET ${column} = now() + $2::interval WHERE id_hash = $1`, [
    Buffer.from(hashSessionId(sessionId)),
    interval,
  ])
}

describe('a scope', () => {
  test('says who asks, without an account', async () => {
    const { userId, email, sessionId } = await signedIn()
    expect((await scopeOf(sessionId, null))?.scope).toEqual({
      session: { id: sessionId, remembered: false },
      user: { id: userId, email, name: null, emailVerified: null },
    })
  })

  test('says inside which account, and as what', async () => {
    const scope = await ownerScope()
    expect(scope).toMatchObject({ account: { id: scope.account.id }, membership: { role: 'OWNER' } })
  })

  test('is frozen through and through', async () => {
    const scope = await ownerScope()
    for (const part of [scope, scope.session, scope.user, scope.account, scope.membership]) expect(Object.isFrozen(part)).toBe(true)
  })

  test("holds no account for a stranger's slug and for an unknown one alike", async () => {
    const [mine, theirs] = [await ownerScope(), await ownerScope()]
    const [foreign, unknown] = [await scopeOf(mine.session.id, theirs.account.slug), await scopeOf(mine.session.id, 'no-such-account')]
    expect(foreign).toEqual(unknown)
    expect(foreign?.scope).not.toHaveProperty('account')
  })

  test('leaves no door open behind it', async () => {
    const scope = await ownerScope()
    const [left] = await asRuntime<{ user: string; rows: number }>(
      `SELECT (SELECT count(*)::int FROM scope_of($1, $2)) AS found, current_setting('app.user_id', true) AS user, (SELECT count(*)::int FROM accounts) AS rows`,
      [Buffer.from(hashSessionId(scope.session.id)), scope.account.slug],
    )
    expect(left).toEqual({ found: 1, user: '', rows: 0 })
  })

  test('ends when the row goes, and with the user', async () => {
    const [first, second] = [await signedIn(), await signedIn()]
    await endSession(first.sessionId, { userId: first.userId, request: REQUEST })
    expect(await scopeOf(first.sessionId, null)).toBeNull()
    await asSuperuser('DELETE FROM users WHERE id = $1', [second.userId])
    expect(await scopeOf(second.sessionId, null)).toBeNull()
  })

  test('cannot be ended by another user who knows the id', async () => {
    const [mine, theirs] = [await signedIn(), await signedIn()]
    await endSession(theirs.sessionId, { userId: mine.userId, request: REQUEST })
    expect(await scopeOf(theirs.sessionId, null)).not.toBeNull()
  })

  test.each(['idle_expires_at', 'expires_at'] as const)('holds just before %s, and not at it', async (column) => {
    const { sessionId } = await signedIn()
    await shift(sessionId, column, '2 seconds')
    expect(await scopeOf(sessionId, null)).not.toBeNull()
    await shift(sessionId, column, '0')
    expect(await scopeOf(sessionId, null)).toBeNull()
  })
})

describe('a session', () => {
  test.each([false, true])('has its lifetimes from the clock of the database (remembered: %s)', async (remembered) => {
    const { sessionId } = await signedIn(remembered)
    const [row] = await asSuperuser<{ idle: number; absolute: number }>(
      'SELECT extract(epoch FROM idle_expires_at - created_at) * 1000 AS idle, extract(epoch FROM expires_at - created_at) * 1000 AS absolute FROM sessions WHERE id_hash = $1',
      [Buffer.from(hashSessionId(sessionId))],
    )
    const hours = (ms: unknown) => Number(ms) / 3_600_000
    expect([hours(row?.idle), hours(row?.absolute)]).toEqual(remembered ? [14 * 24, 60 * 24] : [12, 7 * 24])
  })

  test('is stored under a hash alone', async () => {
    const { sessionId } = await signedIn()
    expect(sessionId).toMatch(/^[\w-]{43}$/)
    const dump = JSON.stringify(await asSuperuser(`SELECT sessions::text, encode(id_hash, 'escape') FROM sessions`))
    expect(dump).not.toContain(sessionId)
  })

  test('in use puts off its idle end, at most every five minutes, and never past its absolute one', async () => {
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
    expect(await idle()).toBe(1) // seen a moment ago
    await shift(sessionId, 'last_seen_at', '-4 minutes -58 seconds')
    expect((await scopeOf(sessionId, null))?.isStale).toBe(false)
    await shift(sessionId, 'last_seen_at', '-5 minutes -1 second')
    expect((await scopeOf(sessionId, null))?.isStale).toBe(true)
    await touchSession(sessionId, false)
    expect(await idle()).toBe(12)
    expect((await scopeOf(sessionId, null))?.isStale).toBe(false)
  })

  test('that is over is not brought back by use', async () => {
    const { sessionId } = await signedIn()
    await shift(sessionId, 'last_seen_at', '-1 day')
    await shift(sessionId, 'idle_expires_at', '-1 second')
    await touchSession(sessionId, false)
    expect(await scopeOf(sessionId, null)).toBeNull()
  })

  test("writes its beginning and its end into the person's trail", async () => {
    const { userId, sessionId } = await signedIn()
    await endSession(sessionId, { userId, request: REQUEST })
    await endSession(sessionId, { userId, request: REQUEST }) // a second click
    const events = await asSuperuser('SELECT kind, actor_id, user_agent FROM audit_events WHERE user_id = $1 ORDER BY id', [userId])
    expect(events).toEqual([
      { kind: 'session.started', actor_id: userId, user_agent: REQUEST.userAgent },
      { kind: 'session.ended', actor_id: userId, user_agent: REQUEST.userAgent },
    ])
  })
})

describe('the cookie', () => {
  const secret = process.env.AUTH_SECRET ?? ''
  const salt = sessionCookie().name

  test('opens when it was made here', async () => {
    expect(await decryptSessionId(await encode({ token: { sid: 'the id' }, secret, salt }))).toBe('the id')
  })

  test.each([
    ['missing', async () => undefined],
    ['nonsense', async () => 'nonsense'],
    ['of another secret', () => encode({ token: { sid: 'x' }, secret: 'another secret, just as long as ours is', salt })],
    ['of another cookie', () => encode({ token: { sid: 'x' }, secret, salt: 'authjs.csrf-token' })],
    ['past its time', () => encode({ token: { sid: 'x' }, secret, salt, maxAge: -60 })],
    ['without an id', () => encode({ token: { sub: 'x' }, secret, salt })],
    ['with an id that is no text', () => encode({ token: { sid: ['x'] }, secret, salt })],
    ['altered', async () => `${(await encode({ token: { sid: 'x' }, secret, salt })).slice(0, -3)}AAA`],
  ])('does not open when it is %s', async (_, make) => {
    expect(await decryptSessionId(await make())).toBeNull()
  })
})
