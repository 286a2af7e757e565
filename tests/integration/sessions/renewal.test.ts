import { describe, expect, test } from 'vitest'
import { withUser } from '@/lib/platform/db'
import { scopeOf } from '@/lib/session-scope'
import { renewSession } from '@/lib/sessions/renewal'
import { atOnce } from '../../support/at-once'
import { asSuperuser } from '../../support/database'
import { createUser, ownerScope, REQUEST, userScope } from '../../support/people'
import { ageProofs } from '../../support/proofs'
import { isActive, sessionRow, shiftSession } from '../../support/sessions'

const renew = (scope: Parameters<typeof renewSession>[1]) =>
  withUser(scope.user.id, (tx) => renewSession(tx, scope, { method: 'password' }, REQUEST))

const hasRecentAuth = async (id: string) => (await scopeOf(id, null))?.scope.session.hasRecentAuth

describe('hasRecentAuth of a scope', () => {
  // ASVS 7.5.1, 7.5.3
  test("is true for less than ten minutes after authentication, by the database's clock", async () => {
    const scope = await ownerScope()
    await ageProofs({ sessionId: scope.session.id }, '9 minutes 58 seconds')
    expect(await hasRecentAuth(scope.session.id)).toBe(true)
    await ageProofs({ sessionId: scope.session.id }, '10 minutes')
    expect(await hasRecentAuth(scope.session.id)).toBe(false)
  })
})

describe('renewSession', () => {
  // ASVS 7.2.4
  test('gives the session a new id with recent authentication, and ends the old id', async () => {
    const scope = await ownerScope()
    await ageProofs({ sessionId: scope.session.id }, '1 hour')
    const id = (await renew(scope)) ?? ''
    expect(Buffer.from(id, 'base64url')).toHaveLength(32)
    expect([await isActive(scope.session.id), await isActive(id), await hasRecentAuth(id)]).toEqual([false, true, true])
  })

  test("keeps the session's handle, start, absolute end, and remembered state", async () => {
    const scope = await userScope(await createUser())
    await shiftSession(scope, 'expires_at', '3 days')
    const before = await sessionRow(scope.session.id)
    const after = await sessionRow((await renew(scope)) ?? '')
    for (const column of ['handle', 'user_id', 'remembered', 'created_at', 'expires_at']) expect(after?.[column]).toEqual(before?.[column])
  })

  test.each(['idle_expires_at', 'expires_at'] as const)('refuses a session at its %s', async (column) => {
    const scope = await userScope(await createUser())
    await shiftSession(scope, column, '0')
    expect(await renew(scope)).toBeNull()
  })

  test('refuses another user who knows the id', async () => {
    const [mine, theirs] = [await userScope(await createUser()), await userScope(await createUser())]
    expect(await renew({ user: mine.user, session: theirs.session })).toBeNull()
    expect(await isActive(theirs.session.id)).toBe(true)
  })

  test('renews once when fifty requests try at the same time', async () => {
    const scope = await userScope(await createUser())
    const ids = (await atOnce(50, () => renew(scope))).filter((id) => id !== null)
    expect(ids).toHaveLength(1)
    expect(await isActive(ids[0] ?? '')).toBe(true)
    expect(await asSuperuser('SELECT FROM sessions WHERE user_id = $1', [scope.user.id])).toHaveLength(1)
  })
})
