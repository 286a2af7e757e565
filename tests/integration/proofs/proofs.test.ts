import { describe, expect, test } from 'vitest'
import { withUser } from '@/lib/platform/db'
import { recordProof } from '@/lib/proofs/proofs'
import { type NewProof, PROOF_METHODS } from '@/lib/proofs/schema'
import { scopeOf, type UserScope } from '@/lib/session-scope'
import { renewSession } from '@/lib/sessions/renewal'
import { hashSessionId, startSession } from '@/lib/sessions/sessions'
import { changePassword } from '@/lib/users/password'
import { reauthenticate } from '@/lib/users/reauthenticate'
import { asSuperuser } from '../../support/database'
import { ownerScope, PASSWORD, REQUEST } from '../../support/people'
import { ageProofs } from '../../support/proofs'
import { anotherSession } from '../../support/sessions'

const proofsOf = async (id: string) => (await scopeOf(id, null))?.scope.session.proofs ?? []

const authenticate = ({ user, session }: UserScope, proof: NewProof) =>
  withUser(user.id, (tx) => recordProof(tx, hashSessionId(session.id), proof))

async function requireOk<T>(outcome: Promise<{ status: 'ok'; value: T } | { status: string }>): Promise<T> {
  const found = await outcome
  if (!('value' in found)) throw new Error(found.status)
  return found.value
}

describe('a session', () => {
  test.each<[string, { proof?: NewProof; consumeLink?: () => Promise<boolean> }, string[]]>([
    ['a password', {}, ['password']],
    ['an emailed link', { consumeLink: async () => true }, ['email']],
    ['a passkey', { proof: { method: 'passkey', detail: { userVerified: true } } }, ['passkey']],
  ])('that %s started has the proof', async (_, credential, methods) => {
    const { user } = await ownerScope()
    const id = await startSession(user.id, { remembered: false, request: REQUEST, ...credential })
    expect(await proofsOf(id)).toEqual(
      methods.map((method) => ({ method, detail: credential.proof?.detail ?? {}, ageSeconds: expect.any(Number) })),
    )
  })

  test('keeps one proof of each method, the newest, aged by the database', async () => {
    const scope = await ownerScope()
    await authenticate(scope, { method: 'passkey', detail: { userVerified: false } })
    await ageProofs({ sessionId: scope.session.id }, '5 minutes')
    await authenticate(scope, { method: 'passkey', detail: { userVerified: true } })
    const [passkey, password, ...others] = await proofsOf(scope.session.id)
    expect([passkey, password?.method, others]).toMatchObject([{ method: 'passkey', detail: { userVerified: true } }, 'password', []])
    expect(passkey?.ageSeconds).toBeLessThan(60)
    expect(password?.ageSeconds).toBeGreaterThanOrEqual(300)
  })

  test('keeps its other proofs, and their age, when the password is entered again or changed', async () => {
    const scope = await ownerScope()
    await authenticate(scope, { method: 'totp' })
    await ageProofs({ sessionId: scope.session.id }, '1 hour')
    const renewed = await requireOk(reauthenticate(scope, PASSWORD, REQUEST))
    const newer = { ...scope, session: { ...scope.session, id: renewed } }
    const changed = await requireOk(changePassword(newer, { currentPassword: PASSWORD, password: 'seven green otters diving' }, REQUEST))
    const [password, totp, ...others] = await proofsOf(changed)
    expect([password?.method, totp?.method, others]).toEqual(['password', 'totp', []])
    expect([Number(password?.ageSeconds) < 60, Number(totp?.ageSeconds) >= 3600]).toEqual([true, true])
    expect(await asSuperuser('SELECT FROM session_proofs WHERE session_hash = $1', [Buffer.from(hashSessionId(scope.session.id))])).toEqual(
      [],
    )
  })

  test('has no proof of another session of the same user', async () => {
    const scope = await ownerScope()
    const other = await anotherSession(scope)
    await authenticate(scope, { method: 'totp' })
    expect((await proofsOf(other.session.id)).map(({ method }) => method)).toEqual(['password'])
  })

  test('loses its proofs when it ends', async () => {
    const scope = await ownerScope()
    await asSuperuser('DELETE FROM sessions WHERE user_id = $1', [scope.user.id])
    await expect(authenticate(scope, { method: 'totp' })).rejects.toThrow(/Foreign key|foreign key/)
    expect(await asSuperuser('SELECT FROM session_proofs WHERE session_hash = $1', [Buffer.from(hashSessionId(scope.session.id))])).toEqual(
      [],
    )
  })
})

// ASVS 7.5.1
test.each(PROOF_METHODS.map((method) => [method, ['password', 'totp', 'passkey'].includes(method)] as const))(
  'a fresh proof by %s is recent authentication: %s',
  async (method, isRecent) => {
    const scope = await ownerScope()
    await ageProofs({ sessionId: scope.session.id }, '1 hour')
    await authenticate(scope, { method })
    expect((await scopeOf(scope.session.id, null))?.scope.session.hasRecentAuth).toBe(isRecent)
  },
)

test('renewing a session records how its user authenticated', async () => {
  const scope = await ownerScope()
  const id = await withUser(scope.user.id, (tx) => renewSession(tx, scope, { method: 'totp' }, REQUEST))
  expect((await proofsOf(id ?? '')).map(({ method }) => method)).toEqual(['password', 'totp'])
})
