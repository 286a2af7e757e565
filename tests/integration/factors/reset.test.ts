import { describe, expect, test } from 'vitest'
import { readFactors } from '@/lib/factors/list'
import { passkeyOptions } from '@/lib/factors/passkey-sign-in'
import { addPasskey, newPasskeyOptions } from '@/lib/factors/passkeys'
import { resetFactors } from '@/lib/factors/reset'
import { deviceIdFrom } from '@/lib/http/device-id'
import { withUser } from '@/lib/platform/db'
import { unmetRules } from '@/lib/scope'
import { type AccountScope, scopeOf, sessionOf, type UserScope } from '@/lib/session-scope'
import { endSession, lockSessions, startSession } from '@/lib/sessions/sessions'
import { requestEmailChange } from '@/lib/users/email-change'
import { undoEmailChange } from '@/lib/users/email-undo'
import { findPasswordReset, requestPasswordReset, resetPassword } from '@/lib/users/password-reset'
import { atOnce } from '../../support/at-once'
import { Authenticator } from '../../support/authenticator'
import { asSuperuser } from '../../support/database'
import { addTotp, totpCode } from '../../support/factors'
import { newestToken, queuedMails } from '../../support/mail-jobs'
import { createUser, ownerScope, REQUEST, unique, userScope } from '../../support/people'
import { setPolicy } from '../../support/policies'
import { unwrap } from '../../support/unwrap'

const NEW = 'eleven grey pelicans'

const DEVICE = { id: deviceIdFrom(undefined), notifyIfNew: false }

async function tokenFor(email: string) {
  const work: Promise<void>[] = []
  await requestPasswordReset({ email, callbackUrl: '/private' }, { request: REQUEST, defer: (run) => void work.push(run()) })
  await Promise.all(work)
  return newestToken(email)
}

async function withLink() {
  const added = await addTotp(await userScope(await createUser()))
  return { ...added, token: await tokenFor(added.scope.user.email) }
}

async function withPasskey() {
  const scope = await userScope(await createUser())
  const authenticator = new Authenticator()
  const options = await newPasskeyOptions(scope, DEVICE.id)
  if (options.status !== 'ok') throw new Error(options.status)
  await addPasskey(scope, { response: authenticator.create(options.value.options) }, { request: REQUEST, deviceId: DEVICE.id })
  return { scope, authenticator }
}
const reset = (token: string, code?: string) => resetPassword(token, { password: NEW, code }, { request: REQUEST })

// ASVS 6.4.3, 6.4.4
test('a reset asks for a second factor before it counts, and the link works until then', async () => {
  const { scope, secret, token } = await withLink()
  expect(await findPasswordReset(token)).toMatchObject({ needs: { hasTotp: true, hasPasskey: false } })
  expect(await reset(token)).toEqual({ status: 'invalid', fields: { code: 'code-missing' } })
  expect(await reset(token, '000000')).toEqual({ status: 'invalid', fields: { code: 'code-incorrect' } })
  expect((await reset(token, totpCode(secret))).status).toBe('ok')
  expect((await readFactors(scope)).totp).toHaveLength(1)
})

test('a reset with a recovery code spends it only if the link works', async () => {
  const { scope, codes, token } = await withLink()
  expect((await reset(token, codes[0])).status).toBe('ok')
  expect(await reset(token, codes[1])).toMatchObject({ status: 'conflict' })
  expect((await readFactors(scope)).recoveryCodes).toBe(9)
})

// ASVS 6.4.4
test('a reset of an unconfirmed email asks for no factor, and removes the factors of the person who registered with it', async () => {
  const { scope, token } = await withLink()
  await asSuperuser('UPDATE users SET email_verified_at = NULL WHERE id = $1', [scope.user.id])
  expect(await findPasswordReset(token)).toMatchObject({ needs: null })
  expect((await reset(token)).status).toBe('ok')
  expect(await readFactors(scope)).toMatchObject({ totp: [], passkeys: [], recoveryCodes: 0, browsers: 0 })
})

// ASVS 6.4.4
test.each([
  ['removes a factor that was added after the change was requested', true],
  ['keeps an earlier factor', false],
])('undoing a change of email %s', async (_, isLater) => {
  const before = await userScope(await createUser())
  const { email } = before.user
  const change = (scope: typeof before) => requestEmailChange(scope, { email: `${unique('new')}@example.com` }, REQUEST)
  const scope = isLater ? before : (await addTotp(before)).scope
  await change(scope)
  const undo = await newestToken(email)
  if (isLater) await addTotp(scope)
  expect((await undoEmailChange(undo, REQUEST)).status).toBe('ok')
  expect((await readFactors(scope)).totp.length === 0).toBe(isLater)
})

async function answer({ authenticator, scope }: Awaited<ReturnType<typeof withPasskey>>, purpose: 'reset' | 'sign-in' = 'reset') {
  const { options } = unwrap(await passkeyOptions({ purpose, deviceId: DEVICE.id }))
  return authenticator.use(options, scope.user.id)
}

const REFUSED = { status: 'conflict', message: 'passkey-refused' }

// ASVS 6.4.3
test('a reset can be confirmed with a passkey of its user, and with no other', async () => {
  const [mine, theirs] = [await withPasskey(), await withPasskey()]
  const token = await tokenFor(mine.scope.user.email)
  expect(await findPasswordReset(token)).toMatchObject({ needs: { hasTotp: false, hasPasskey: true } })
  const by = (response: string) => resetPassword(token, { password: NEW, response }, { request: REQUEST, device: DEVICE })
  expect([await by(await answer(theirs)), await by(await answer(mine, 'sign-in')), await by('{}')]).toEqual([REFUSED, REFUSED, REFUSED])
  mine.authenticator.isVerifying = false
  expect(await by(await answer(mine))).toEqual(REFUSED)
  mine.authenticator.isVerifying = true
  expect((await by(await answer(mine))).status).toBe('ok')
  expect((await readFactors(mine.scope)).passkeys).toHaveLength(1)
})

test('a reset with a passkey that is being removed waits for that, and is refused', async () => {
  const mine = await withPasskey()
  const { id: userId, email } = mine.scope.user
  const [token, response] = [await tokenFor(email), await answer(mine)]
  const isWaiting = async () => (await asSuperuser(`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'`)).length > 0
  const resetting = await withUser(userId, async (tx) => {
    await lockSessions(tx, userId) // as removing a factor does
    const reset = resetPassword(token, { password: NEW, response }, { request: REQUEST, device: DEVICE })
    await expect.poll(isWaiting).toBe(true)
    await tx.passkey.deleteMany({ where: { userId } })
    return { reset } // not awaited here, because it waits for this transaction
  })
  expect(await resetting.reset).toEqual(REFUSED)
})

describe('a reset by the operator', () => {
  const isPending = async (sessionId: string) => (await sessionOf(sessionId, null))?.isPending
  const signIn = (userId: string) => startSession(userId, { remembered: false, request: REQUEST })

  // ASVS 6.4.4
  test('allows one sign-in without a factor, and no others until the user adds one', async () => {
    const { scope } = await addTotp(await userScope(await createUser()))
    const userId = scope.user.id
    await resetFactors({ userId })
    expect([await scopeOf(scope.session.id, null), (await readFactors(scope)).totp]).toEqual([null, []])
    const [first, second] = [await signIn(userId), await signIn(userId)]
    expect([await isPending(first), await isPending(second)]).toEqual([false, true])
    expect((await sessionOf(first, null))?.mustEnroll).toBe(true)
    await endSession(first, { userId, request: REQUEST })
    expect(await isPending(await signIn(userId))).toBe(true)

    await resetFactors({ userId })
    const third = await scopeOf(await signIn(userId), null)
    await addTotp(third?.scope as UserScope)
    expect((await sessionOf(third?.scope.session.id ?? '', null))?.mustEnroll).toBe(false)
    const later = await signIn(userId)
    expect([await isPending(later), (await sessionOf(later, null))?.mustEnroll]).toEqual([true, false])
  })

  test('allows one of 20 simultaneous sign-ins', async () => {
    const { scope } = await addTotp(await userScope(await createUser()))
    await resetFactors({ userId: scope.user.id })
    const sessions = await atOnce(20, () => signIn(scope.user.id))
    const pending = await Promise.all(sessions.map((each) => isPending(each)))
    expect(pending.filter((each) => each === false)).toHaveLength(1)
  })

  test('does not spare the user from adding a factor at once in an account that requires one', async () => {
    const { scope } = await addTotp(await ownerScope())
    await setPolicy(scope.account.id, { secondFactor: 'everyone' })
    await resetFactors({ userId: scope.user.id })
    const found = await scopeOf(await signIn(scope.user.id), scope.account.slug)
    expect(unmetRules(found?.scope as AccountScope, REQUEST)).toEqual(['second-factor'])
  })

  test('is emailed once, and does nothing for a user without a factor', async () => {
    const { scope } = await addTotp(await userScope(await createUser()))
    const mails = async () => (await queuedMails(scope.user.email)).filter(({ props }) => props.change === 'factors-reset').length
    await resetFactors({ userId: scope.user.id })
    await resetFactors({ userId: scope.user.id })
    expect(await mails()).toBe(1)
    const without = await userScope(await createUser())
    await resetFactors({ userId: without.user.id })
    expect(await scopeOf(without.session.id, null)).not.toBeNull()
  })
})
