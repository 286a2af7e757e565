import { describe, expect, test } from 'vitest'
import { conflict, forbidden, ok } from '@/lib/outcome'
import { endOtherSession, endOtherSessions, listSessions } from '@/lib/sessions/others'
import { atOnce } from '../../support/at-once'
import { asSuperuser } from '../../support/database'
import { createUser, REQUEST, userScope } from '../../support/people'
import { anotherSession, isActive, sessionRow, shiftSession } from '../../support/sessions'

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0'

async function twoSessions() {
  const mine = await userScope(await createUser())
  const other = await anotherSession(mine, FIREFOX)
  const handle = String((await sessionRow(other.session.id))?.handle)
  return { mine, other, handle }
}

const lastEvent = async (userId: string) =>
  (
    await asSuperuser(
      'SELECT kind, actor_id, target, details FROM audit_events WHERE user_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1',
      [userId],
    )
  )[0]

describe('the list of sessions', () => {
  test('separates the current session from the others, which name their browsers', async () => {
    const { mine, handle } = await twoSessions()
    const { current, others, next } = await listSessions(mine)
    expect(current).toMatchObject({
      device: 'An unknown browser',
      ip: REQUEST.ip,
      signedInAt: expect.any(Date),
      lastSeenAt: expect.any(Date),
    })
    expect(others).toMatchObject([{ handle, device: 'Firefox on Windows' }])
    expect(next).toBeUndefined()
  })

  // ASVS 3.3.4, 8.2.2
  test("has no session of another user, and nothing that reveals a session's id", async () => {
    const [{ mine, other }, theirs] = [await twoSessions(), await userScope(await createUser())]
    const listed = await listSessions(mine)
    expect(listed.others).toHaveLength(1)
    const text = JSON.stringify(listed)
    for (const { session } of [mine, other, theirs]) expect(text).not.toContain(session.id)
    expect(Object.keys(listed.others[0] ?? {}).sort()).toEqual(['device', 'handle', 'ip', 'lastSeenAt', 'proofs', 'signedInAt'])
  })

  test.each(['idle_expires_at', 'expires_at'] as const)('shows a session until its %s, exclusive', async (column) => {
    const { mine, other } = await twoSessions()
    await shiftSession(other, column, '2 seconds')
    expect((await listSessions(mine)).others).toHaveLength(1)
    await shiftSession(other, column, '0')
    expect((await listSessions(mine)).others).toEqual([])
  })

  test('shows each session on one page, and the current session on every page', async () => {
    const mine = await userScope(await createUser())
    await asSuperuser(
      `INSERT INTO sessions (id_hash, user_id, remembered, idle_expires_at, expires_at) SELECT sha256(gen_random_uuid()::text::bytea), $1, false, now() + '1 h', now() + '1 h' FROM generate_series(1, 120)`,
      [mine.user.id],
    )
    const seen: string[] = []
    let after: string | undefined
    do {
      const { current, others, next } = await listSessions(mine, after)
      expect(current).toBeDefined()
      expect(others.length).toBeLessThanOrEqual(50)
      seen.push(...others.map(({ handle }) => handle))
      after = next
    } while (after)
    expect([seen.length, new Set(seen).size]).toEqual([120, 120])
  })
})

describe('endOtherSession', () => {
  test('ends the session at its next request, and records the actor and the browser', async () => {
    const { mine, other, handle } = await twoSessions()
    expect(await endOtherSession(mine, handle, REQUEST)).toEqual(ok({ device: 'Firefox on Windows' }))
    expect([await isActive(other.session.id), await isActive(mine.session.id)]).toEqual([false, true])
    expect(await lastEvent(mine.user.id)).toEqual({
      kind: 'session.ended',
      actor_id: mine.user.id,
      target: 'Firefox on Windows',
      details: { ip: REQUEST.ip },
    })
  })

  // ASVS 8.2.2
  test("answers the same for an ended, unknown, or foreign session and for the caller's current one", async () => {
    const [{ mine, handle }, { mine: stranger, handle: foreign }] = [await twoSessions(), await twoSessions()]
    const current = String((await sessionRow(mine.session.id))?.handle)
    await endOtherSession(mine, handle, REQUEST)
    const before = await asSuperuser('SELECT (SELECT count(*) FROM sessions) AS sessions, (SELECT count(*) FROM audit_events) AS events')
    for (const wrong of [handle, '00000000-0000-4000-8000-000000000000', foreign, current])
      expect(await endOtherSession(mine, wrong, REQUEST)).toEqual(conflict('session-already-ended'))
    expect(await asSuperuser('SELECT (SELECT count(*) FROM sessions) AS sessions, (SELECT count(*) FROM audit_events) AS events')).toEqual(
      before,
    )
    expect(await isActive(stranger.session.id)).toBe(true)
  })
})

describe('endOtherSessions', () => {
  // ASVS 7.5.2
  test("ends the user's other sessions, and neither the current one nor another user's", async () => {
    const [{ mine, other }, { mine: stranger }] = [await twoSessions(), await twoSessions()]
    expect(await endOtherSessions(mine, REQUEST)).toEqual(ok({ count: 1 }))
    expect([await isActive(mine.session.id), await isActive(other.session.id), await isActive(stranger.session.id)]).toEqual([
      true,
      false,
      true,
    ])
    expect(await lastEvent(mine.user.id)).toMatchObject({ kind: 'sessions.ended', actor_id: mine.user.id, details: { count: 1 } })
    expect(await endOtherSessions(mine, REQUEST)).toEqual(ok({ count: 0 }))
  })

  test('keeps one session when ten end each other at the same time', async () => {
    const mine = await userScope(await createUser())
    const all = [mine, ...(await Promise.all(Array.from({ length: 9 }, () => anotherSession(mine))))]
    const ended = await atOnce(10, (index) => endOtherSessions(all[index] ?? mine, REQUEST))
    const alive = await Promise.all(all.map(({ session }) => isActive(session.id)))
    expect(alive.filter(Boolean)).toHaveLength(1)
    expect(ended.map((outcome, index) => [outcome, alive[index]])).toEqual(
      ended.map((_, index) => (alive[index] ? [ok({ count: 9 }), true] : [forbidden, false])),
    )
  })
})
