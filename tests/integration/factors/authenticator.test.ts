import { afterEach, describe, expect, test, vi } from 'vitest'
import { confirmTotp, findEnrollment, spendTotpCode, startTotp } from '@/lib/factors/authenticator'
import { readFactors } from '@/lib/factors/list'
import { removeFactor } from '@/lib/factors/removal'
import { withUser } from '@/lib/platform/db'
import * as environment from '@/lib/platform/env'
import { scopeOf } from '@/lib/session-scope'
import { asSuperuser } from '../../support/database'
import { addTotp, factorOf, forgetSteps, totpCode } from '../../support/factors'
import { createUser, REQUEST, userScope } from '../../support/people'

afterEach(() => void vi.restoreAllMocks())

const mailsTo = (email: string) =>
  asSuperuser<{ template: string }>(
    `SELECT payload->>'template' AS template FROM graphile_worker._private_jobs WHERE payload->>'to' = $1 ORDER BY id`,
    [email],
  )
const spend = (userId: string, code: string) => withUser(userId, (tx) => spendTotpCode(tx, userId, code))

describe('an authenticator app', () => {
  // ASVS 6.3.7, 6.4.1
  test('is added with its first code, which generates recovery codes, and is recorded and emailed', async () => {
    const { scope, codes } = await addTotp(await userScope(await createUser()))
    expect(codes).toHaveLength(10)
    expect(await readFactors(scope)).toMatchObject({ totp: [{ name: 'Authenticator app', lastUsedAt: null }], recoveryCodes: 10 })
    expect(scope.session.proofs.map(({ method }) => method)).toContain('totp')
    expect(await asSuperuser(`SELECT kind FROM audit_events WHERE user_id = $1 AND kind LIKE 'user.totp%'`, [scope.user.id])).toEqual([
      { kind: 'user.totp-added' },
    ])
    expect((await mailsTo(scope.user.email)).map(({ template }) => template)).toContain('factors-changed')
  })

  test('is not added with a wrong code, and the correct one still works', async () => {
    const scope = await userScope(await createUser())
    await startTotp(scope)
    const secret = (await findEnrollment(scope)) ?? Buffer.alloc(0)
    const wrong = totpCode(secret, 5)
    expect(await confirmTotp(scope, { code: wrong }, REQUEST)).toEqual({ status: 'invalid', fields: { code: 'code-incorrect' } })
    expect((await confirmTotp(scope, { code: totpCode(secret) }, REQUEST)).status).toBe('ok')
  })

  // ASVS 7.2.1, 8.2.2
  test('that is being set up is visible to the session that started it, and to no other', async () => {
    const [userId, stranger] = [await createUser(), await userScope(await createUser())]
    const [one, other] = [await userScope(userId), await userScope(userId)]
    await startTotp(one)
    const secret = (await findEnrollment(one)) ?? Buffer.alloc(0)
    expect(secret).toHaveLength(20)
    expect([await findEnrollment(other), await findEnrollment(stranger)]).toEqual([null, null])
    expect((await confirmTotp(other, { code: totpCode(secret) }, REQUEST)).status).toBe('conflict')
  })

  test('that is set up in two sessions at the same time is added once', async () => {
    const userId = await createUser()
    const scopes = [await userScope(userId), await userScope(userId)]
    const secrets = await Promise.all(
      scopes.map(async (scope) => {
        await startTotp(scope)
        return (await findEnrollment(scope)) ?? Buffer.alloc(0)
      }),
    )
    const outcomes = await Promise.all(
      scopes.map((scope, index) => confirmTotp(scope, { code: totpCode(secrets[index] ?? Buffer.alloc(0)) }, REQUEST)),
    )
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['conflict', 'ok'])
  })

  test('cannot be set up half an hour after it was started', async () => {
    const scope = await userScope(await createUser())
    await startTotp(scope)
    const secret = (await findEnrollment(scope)) ?? Buffer.alloc(0)
    await asSuperuser(`UPDATE totp_enrollments SET created_at = now() - interval '31 minutes' WHERE user_id = $1`, [scope.user.id])
    expect(await findEnrollment(scope)).toBeNull()
    expect((await confirmTotp(scope, { code: totpCode(secret) }, REQUEST)).status).toBe('conflict')
  })

  test('is removed with the recovery codes, remembered browsers, and proofs of other sessions', async () => {
    const { scope, secret } = await addTotp(await userScope(await createUser()))
    expect((await removeFactor(scope, await factorOf(scope), REQUEST)).status).toBe('ok')
    expect(await readFactors(scope)).toMatchObject({ totp: [], passkeys: [], recoveryCodes: 0, browsers: 0 })
    expect(await spend(scope.user.id, totpCode(secret))).toBe(false)
  })

  // ASVS 6.4.3, 7.5.1
  test('cannot be removed or replaced by a session that has not verified it', async () => {
    const { scope } = await addTotp(await userScope(await createUser()))
    const unverified = { ...scope, session: { ...scope.session, proofs: scope.session.proofs.filter(({ method }) => method !== 'totp') } }
    for (const change of [removeFactor(unverified, await factorOf(scope), REQUEST), startTotp(unverified)])
      expect(await change).toEqual({ status: 'conflict', message: 'factor-proof-missing' })
    expect((await readFactors(scope)).totp).toHaveLength(1)
  })
})

describe('a code', () => {
  // ASVS 6.5.1, 15.4.2
  test('works once, even if used 50 times in parallel', async () => {
    const { scope, secret } = await addTotp(await userScope(await createUser()))
    const code = totpCode(secret)
    const uses = await Promise.all(Array.from({ length: 50 }, () => spend(scope.user.id, code).catch(() => false)))
    expect(uses.filter(Boolean)).toHaveLength(1)
  })

  // ASVS 6.5.1
  test('does not work again, and neither does an earlier one', async () => {
    const { scope, secret } = await addTotp(await userScope(await createUser()))
    const [earlier, code] = [totpCode(secret, -1), totpCode(secret)]
    expect(await spend(scope.user.id, code)).toBe(true)
    expect([await spend(scope.user.id, code), await spend(scope.user.id, earlier)]).toEqual([false, false])
  })

  test('does not work for another user', async () => {
    const [mine, theirs] = [await addTotp(await userScope(await createUser())), await addTotp(await userScope(await createUser()))]
    expect(await spend(mine.scope.user.id, totpCode(theirs.secret))).toBe(false)
  })

  // ASVS 11.2.2, 11.3.3, 14.2.4
  test('moves the secret to a new FACTOR_KEY, and the secret is not stored in the clear', async () => {
    const { scope, secret } = await addTotp(await userScope(await createUser()))
    const stored = async () => {
      const [row] = await asSuperuser<{ secret: string }>('SELECT secret FROM totp_factors WHERE user_id = $1', [scope.user.id])
      return row?.secret ?? ''
    }
    const before = await stored()
    expect(Buffer.from(before.split('.')[1] ?? '', 'base64url').includes(secret)).toBe(false)
    const { env } = environment
    const settings = env()
    vi.spyOn(environment, 'env').mockReturnValue({ ...settings, FACTOR_KEY: ['another key', ...settings.FACTOR_KEY] })
    expect(await spend(scope.user.id, totpCode(secret))).toBe(true)
    expect(await stored()).not.toBe(before)
    vi.spyOn(environment, 'env').mockReturnValue({ ...settings, FACTOR_KEY: ['another key'] })
    await forgetSteps(scope.user.id)
    expect(await spend(scope.user.id, totpCode(secret))).toBe(true)
  })
})

test('adding an app leaves its session signed in', async () => {
  const { scope } = await addTotp(await userScope(await createUser()))
  expect(await scopeOf(scope.session.id, null)).not.toBeNull()
})
