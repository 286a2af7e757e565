import { describe, expect, test } from 'vitest'
import { forgetBrowser } from '@/lib/factors/browsers'
import { readFactors } from '@/lib/factors/list'
import { dismissSheet, findSheet, renewRecoveryCodes } from '@/lib/factors/recovery-codes'
import { verifyFactor } from '@/lib/factors/verification'
import { RateLimited } from '@/lib/http/limits/rate-limited'
import { scopeOf, sessionOf, type UserScope } from '@/lib/session-scope'
import { listSessions } from '@/lib/sessions/others'
import { startSession } from '@/lib/sessions/sessions'
import { changePassword } from '@/lib/users/password'
import { asSuperuser, NOW } from '../../support/database'
import { addTotp, forgetSteps, totpCode } from '../../support/factors'
import { createUser, ownerScope, PASSWORD, REQUEST, userScope } from '../../support/people'

const withTotp = async () => addTotp(await userScope(await createUser()))
const signIn = (userId: string, browser?: string) => startSession(userId, { remembered: false, request: REQUEST, browser })
const claimOf = async (sessionId: string) => {
  const found = await sessionOf(sessionId, null)
  if (!found) throw new Error('No session')
  return found.claim
}
const verify = async (sessionId: string, code: string, { trust = false, browser = undefined as string | undefined } = {}) =>
  verifyFactor(await claimOf(sessionId), { code, trust }, { request: REQUEST, browser })
const isPending = async (sessionId: string) => (await sessionOf(sessionId, null))?.isPending
const WRONG = { status: 'invalid', fields: { code: 'code-incorrect' } }

/** Signs in in a new browser and remembers it. @returns the secret in its cookie */
async function remember({ user }: UserScope, secret: Buffer): Promise<string> {
  await forgetSteps(user.id)
  const verified = await verify(await signIn(user.id), totpCode(secret), { trust: true })
  if (verified.status !== 'ok' || !verified.value.browser) throw new Error(JSON.stringify(verified))
  await forgetSteps(user.id)
  return verified.value.browser
}

describe('a sign-in of a user with a second factor', () => {
  // ASVS 6.3.3, 7.2.4, 8.2.1
  test('has no scope until the factor is verified, and a new session id afterward', async () => {
    const { scope, secret } = await withTotp()
    const sessionId = await signIn(scope.user.id)
    expect([await isPending(sessionId), await scopeOf(sessionId, null)]).toEqual([true, null])
    const verified = await verify(sessionId, totpCode(secret))
    if (verified.status !== 'ok') throw new Error(verified.status)
    expect(await sessionOf(sessionId, null)).toBeNull()
    expect((await scopeOf(verified.value.sessionId, null))?.scope.session.proofs.map(({ method }) => method).sort()).toEqual([
      'password',
      'totp',
    ])
  })

  // ASVS 8.4.1
  test('has no scope in an account either, and the shell and Home read nothing', async () => {
    const owner = await ownerScope()
    await addTotp(owner)
    const sessionId = await signIn(owner.user.id)
    expect(await scopeOf(sessionId, owner.account.slug)).toBeNull()
    const [found] = await asSuperuser(
      `SELECT (SELECT count(*)::int FROM list_switcher_accounts(session.id_hash, '', 10)) AS accounts,
              (SELECT jsonb_array_length(accounts) FROM home_of(session.id_hash, '', '', 10, interval '1 hour')) AS home,
              owner_of_session(session.id_hash) AS owner
         FROM sessions AS session WHERE user_id = $1 ORDER BY created_at DESC LIMIT 1`,
      [owner.user.id],
    )
    expect(found).toEqual({ accounts: 0, home: 0, owner: null })
  })

  test('makes earlier sessions pending when a factor is added', async () => {
    const userId = await createUser()
    const [earlier, current] = [await userScope(userId), await userScope(userId)]
    await addTotp(current)
    expect([await isPending(earlier.session.id), await isPending(current.session.id)]).toEqual([true, false])
  })

  // ASVS 6.5.1, 6.6.3
  test('is not completed by a wrong, used, or malformed code, or by another user’s', async () => {
    const [{ scope, secret }, other] = [await withTotp(), await withTotp()]
    const sessionId = await signIn(scope.user.id)
    for (const code of [totpCode(secret, 9), totpCode(other.secret), 'x', '', `0000${'-0000'.repeat(6)}`, other.codes[0] ?? ''])
      expect(await verify(sessionId, code)).toEqual(WRONG)
    await asSuperuser('DELETE FROM limits')
    expect((await verify(await signIn(scope.user.id), totpCode(secret))).status).toBe('ok')
    expect(await verify(sessionId, totpCode(secret))).toEqual(WRONG)
    expect(await isPending(sessionId)).toBe(true)
  })

  test('uses no code if the session has ended', async () => {
    const { scope, codes } = await withTotp()
    const sessionId = await signIn(scope.user.id)
    const claim = await claimOf(sessionId)
    await asSuperuser('DELETE FROM sessions WHERE user_id = $1', [scope.user.id])
    expect(await verifyFactor(claim, { code: codes[0] ?? '', trust: false }, { request: REQUEST })).toEqual({ status: 'forbidden' })
    expect((await readFactors(scope)).recoveryCodes).toBe(10)
  })
})

describe('wrong codes', () => {
  // ASVS 6.3.1, 6.6.3
  test('count together for all factors, and delay the next code', async () => {
    const { scope, secret, codes } = await withTotp()
    const sessionId = await signIn(scope.user.id)
    for (const code of ['000000', `0000${'-0000'.repeat(6)}`, '111111', `1111${'-1111'.repeat(6)}`, '222222'])
      expect(await verify(sessionId, code)).toEqual(WRONG)
    await expect(verify(sessionId, totpCode(secret))).rejects.toThrow(RateLimited)
    await expect(verify(await signIn(scope.user.id), codes[0] ?? '')).rejects.toThrow(RateLimited)
    const [recorded] = await asSuperuser(
      `SELECT count(*)::int AS count FROM audit_events WHERE user_id = $1 AND kind = 'session.verification-refused'`,
      [scope.user.id],
    )
    expect(recorded).toEqual({ count: 5 })
  })

  // ASVS 6.3.1
  test('do not lock out a remembered browser', async () => {
    const { scope, secret } = await withTotp()
    const browser = await remember(scope, secret)
    const attacker = await signIn(scope.user.id)
    for (let n = 0; n < 5; n += 1) await verify(attacker, '000000')
    await expect(verify(attacker, totpCode(secret))).rejects.toThrow(RateLimited)
    expect((await verify(await signIn(scope.user.id, browser), totpCode(secret), { browser })).status).toBe('ok')
  })

  test('are forgotten after a correct one', async () => {
    const { scope, secret } = await withTotp()
    const sessionId = await signIn(scope.user.id)
    for (let n = 0; n < 4; n += 1) await verify(sessionId, '000000')
    expect((await verify(sessionId, totpCode(secret))).status).toBe('ok')
  })
})

describe('a recovery code', () => {
  // ASVS 6.5.1, 15.4.2
  test('works once, in any notation, even if used 50 times in parallel', async () => {
    const { scope, codes } = await withTotp()
    const [first = '', second = ''] = codes
    expect((await verify(await signIn(scope.user.id), ` ${first.toLowerCase().replaceAll('-', ' ')} `)).status).toBe('ok')
    expect(await verify(await signIn(scope.user.id), first)).toEqual(WRONG)
    const sessions = await Promise.all(Array.from({ length: 10 }, () => signIn(scope.user.id)))
    const uses = await Promise.all(sessions.flatMap((id) => Array.from({ length: 5 }, () => verify(id, second).catch(() => null))))
    expect(uses.filter((use) => use?.status === 'ok')).toHaveLength(1)
    expect((await readFactors(scope)).recoveryCodes).toBe(8)
  })

  // ASVS 6.5.2, 6.5.3, 11.5.1
  test('has 140 bits, and is stored as a hash', async () => {
    const { scope, codes } = await withTotp()
    for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$/)
    expect(new Set(codes).size).toBe(10)
    const [stored] = await asSuperuser<{ text: string }>(
      `SELECT (SELECT string_agg(recovery_codes::text, '') FROM recovery_codes WHERE user_id = $1) ||
              (SELECT string_agg(codes, '') FROM recovery_code_sheets WHERE user_id = $1) AS text`,
      [scope.user.id],
    )
    for (const code of codes) expect(stored?.text).not.toContain(code.replaceAll('-', ''))
  })

  // ASVS 6.3.7
  test('causes an email when it is used, and does not remember the browser', async () => {
    const { scope, codes } = await withTotp()
    const verified = await verify(await signIn(scope.user.id), codes[0] ?? '', { trust: true })
    expect(verified).toEqual({ status: 'ok', value: { sessionId: expect.any(String) } })
    const [mail] = await asSuperuser(
      `SELECT count(*)::int AS count FROM graphile_worker._private_jobs WHERE payload->>'to' = $1 AND payload->>'template' = 'recovery-code-used'`,
      [scope.user.email],
    )
    expect(mail).toEqual({ count: 1 })
  })

  test('is shown in the session that generated it, until the user has saved it', async () => {
    const { scope, codes } = await withTotp()
    const other = await verify(await signIn(scope.user.id), codes[0] ?? '')
    const scopeOfOther = other.status === 'ok' ? await scopeOf(other.value.sessionId, null) : null
    expect(await findSheet(scopeOfOther?.scope as UserScope)).toBeNull()
    expect(await findSheet(scope)).toEqual(codes)
    await dismissSheet(scope)
    expect(await findSheet(scope)).toBeNull()
  })

  test('no longer works once new ones are generated', async () => {
    const { scope, codes } = await withTotp()
    expect((await renewRecoveryCodes(scope, REQUEST)).status).toBe('ok')
    expect(await verify(await signIn(scope.user.id), codes[0] ?? '')).toEqual(WRONG)
    expect((await verify(await signIn(scope.user.id), (await findSheet(scope))?.[0] ?? '')).status).toBe('ok')
  })

  test('cannot be generated without a factor, or without verifying one', async () => {
    const alone = await userScope(await createUser())
    expect(await renewRecoveryCodes(alone, REQUEST)).toEqual({ status: 'conflict', message: 'recovery-codes-without-factor' })
    const { scope } = await withTotp()
    const unverified = { ...scope, session: { ...scope.session, proofs: [] } }
    expect(await renewRecoveryCodes(unverified, REQUEST)).toEqual({ status: 'conflict', message: 'factor-proof-missing' })
  })
})

describe('a remembered browser', () => {
  test('is not asked again for 30 days, for its user only', async () => {
    const [{ scope, secret }, other] = [await withTotp(), await withTotp()]
    const browser = await remember(scope, secret)
    const sessionId = await signIn(scope.user.id, browser)
    expect([await isPending(sessionId), await isPending(await signIn(other.scope.user.id, browser))]).toEqual([false, true])
    expect(await isPending(await signIn(scope.user.id, `${browser.slice(0, -1)}${browser.endsWith('A') ? 'B' : 'A'}`))).toBe(true)
    await asSuperuser(`UPDATE remembered_browsers SET expires_at = ${NOW} WHERE user_id = $1`, [scope.user.id])
    expect([await isPending(sessionId), await isPending(await signIn(scope.user.id, browser))]).toEqual([true, true])
  })

  // ASVS 7.5.2
  test('is asked again once its user forgets it, and no stranger can do that', async () => {
    const [{ scope, secret }, stranger] = [await withTotp(), await userScope(await createUser())]
    const sessionId = await signIn(scope.user.id, await remember(scope, secret))
    const { browsers, current } = await listSessions((await scopeOf(sessionId, null))?.scope ?? scope)
    expect(current?.proofs).toEqual(['remembered', 'password'])
    expect(browsers).toMatchObject([{ device: 'An unknown browser', ip: REQUEST.ip }])
    expect((await listSessions(stranger)).browsers).toEqual([])
    const [{ handle = '' } = {}] = browsers
    expect(await forgetBrowser(stranger, handle, REQUEST)).toMatchObject({ status: 'conflict' })
    expect(await isPending(sessionId)).toBe(false)
    expect(await forgetBrowser(scope, handle, REQUEST)).toMatchObject({ status: 'ok' })
    expect(await isPending(sessionId)).toBe(true)
  })

  // ASVS 7.4.3
  test('is forgotten when the password changes, but the factors stay', async () => {
    const { scope, secret } = await addTotp(await ownerScope())
    const browser = await remember(scope, secret)
    const changed = await changePassword(scope, { currentPassword: PASSWORD, password: 'eleven grey pelicans' }, REQUEST)
    expect(changed.status).toBe('ok')
    expect(await isPending(await signIn(scope.user.id, browser))).toBe(true)
    expect((await readFactors(scope)).totp).toHaveLength(1)
  })

  // ASVS 14.2.4
  test('is stored as a hash', async () => {
    const { scope, secret } = await withTotp()
    const browser = await remember(scope, secret)
    const dump = JSON.stringify(await asSuperuser(`SELECT b::text, encode(id_hash, 'escape') FROM remembered_browsers AS b`))
    expect(dump).not.toContain(browser)
  })
})
