import { describe, expect, test } from 'vitest'
import { deviceIdFrom } from '@/lib/http/device-id'
import { invalid } from '@/lib/outcome'
import { scopeOf } from '@/lib/session-scope'
import { StaleCredential, startSession } from '@/lib/sessions/sessions'
import { confirmEmailChange, requestEmailChange } from '@/lib/users/email-change'
import { findPasswordReset, requestPasswordReset, resetPassword } from '@/lib/users/password-reset'
import { authenticate } from '@/lib/users/users'
import { resendVerification, verifyEmail } from '@/lib/users/verification'
import { atOnce } from '../../support/at-once'
import { asSuperuser, countRows } from '../../support/database'
import { expireLinks, linksTo, trailOf } from '../../support/links'
import { newestToken, queuedMails } from '../../support/mail-jobs'
import { createUser, openedBy, ownerScope, PASSWORD, REQUEST, unconfirmed, unique, userScope } from '../../support/people'
import { knowsDevice } from '../../support/sessions'

const NEW = 'eleven grey pelicans'

/** Requests a link and runs the deferred work. @returns the number of deferred functions */
async function requestReset(email: string, callbackUrl = '/private'): Promise<number> {
  const deferred: (() => Promise<void>)[] = []
  await requestPasswordReset({ email, callbackUrl }, { request: REQUEST, defer: (work) => void deferred.push(work) })
  for (const work of deferred) await work()
  return deferred.length
}

/** A user with a password reset link. */
async function withResetLink() {
  const scope = await userScope(await createUser())
  await requestReset(scope.user.email)
  return { scope, userId: scope.user.id, email: scope.user.email, token: await newestToken(scope.user.email) }
}

const signIn = async (email: string, password: string) =>
  (await authenticate({ email, password }, { request: REQUEST, defer: () => undefined }))?.userId ?? null

describe('requestPasswordReset', () => {
  test('emails a link to a registered user, after the response', async () => {
    const email = `${unique('known')}@example.com`
    const userId = await createUser(email)
    const deferred: (() => Promise<void>)[] = []
    await requestPasswordReset({ email, callbackUrl: '/private' }, { request: REQUEST, defer: (work) => void deferred.push(work) })
    expect(await queuedMails(email)).toEqual([])
    await deferred[0]?.()
    expect((await queuedMails(email)).map(({ template }) => template)).toEqual(['password-reset'])
    expect(await trailOf(userId)).toEqual(['user.password-reset-asked'])
  })

  test('does nothing for an unknown email', async () => {
    const before = await countRows()
    const email = `${unique('unknown')}@example.com`
    expect(await requestReset(email)).toBe(0)
    expect([await queuedMails(email), await countRows()]).toEqual([[], before])
  })

  test('keeps the callbackUrl in the link', async () => {
    const email = `${unique('known')}@example.com`
    await createUser(email)
    await requestReset(email, '/private/settings?tab=1')
    const url = new URL((await queuedMails(email)).at(-1)?.props.url ?? '')
    expect([url.origin, url.searchParams.get('callbackUrl')]).toEqual(['http://localhost:3000', '/private/settings?tab=1'])
  })

  // ASVS 6.3.8
  test('keeps earlier links valid, because a stranger may have requested the new one', async () => {
    const { email, token } = await withResetLink()
    await requestReset(email)
    for (const each of [token, await newestToken(email)]) expect(await findPasswordReset(each)).toMatchObject({ email })
    expect((await resetPassword(token, { password: NEW }, { request: REQUEST })).status).toBe('ok')
    expect(await linksTo(email)).toEqual([])
  })
})

describe('resetPassword', () => {
  test('keeps only the current browser known', async () => {
    const { userId, email, token } = await withResetLink()
    const [before, here] = [deviceIdFrom(undefined), deviceIdFrom(undefined)]
    await startSession(userId, { remembered: false, request: REQUEST, device: { id: before, notifyIfNew: false } })
    await resetPassword(token, { password: NEW }, { request: REQUEST, device: { id: here, notifyIfNew: false } })
    expect([await knowsDevice(userId, before), await knowsDevice(userId, here)]).toEqual([false, true])
    expect((await queuedMails(email)).map(({ template }) => template)).not.toContain('new-device')
  })

  test('prevents a session for a sign-in that checked the old password before the reset', async () => {
    const { user } = await ownerScope()
    const signedIn = await authenticate({ email: user.email, password: PASSWORD }, { request: REQUEST, defer: () => undefined })
    await requestReset(user.email)
    await resetPassword(await newestToken(user.email), { password: NEW }, { request: REQUEST })
    const started = startSession(user.id, { remembered: false, request: REQUEST, passwordHash: signedIn?.passwordHash })
    await expect(started).rejects.toThrow(StaleCredential)
    expect(await asSuperuser('SELECT FROM sessions WHERE user_id = $1', [user.id])).toEqual([])
  })

  // ASVS 2.2.3, 6.2.11
  test("refuses a password that contains the name of one of the user's accounts", async () => {
    const { account, user } = await ownerScope()
    await requestReset(user.email)
    const refused = await resetPassword(await newestToken(user.email), { password: `x ${account.name} x` }, { request: REQUEST })
    expect(refused).toMatchObject(invalid({ password: 'password-has-account' }))
  })

  // ASVS 6.3.7, 6.4.3, 6.5.6, 7.4.3
  test('ends every session, sends an email, and verifies the email address', async () => {
    const scope = await ownerScope()
    const { id, email } = scope.user
    await userScope(id)
    await requestReset(email)
    expect(await resetPassword(await newestToken(email), { password: NEW }, { request: REQUEST })).toEqual({
      status: 'ok',
      value: { email },
    })
    expect(await scopeOf(scope.session.id, null)).toBeNull()
    expect(await asSuperuser('SELECT id_hash FROM sessions WHERE user_id = $1', [id])).toEqual([])
    expect((await queuedMails(email)).at(-1)?.template).toBe('password-changed')
    expect(await asSuperuser('SELECT email_verified_at IS NOT NULL AS yes FROM users WHERE id = $1', [id])).toEqual([{ yes: true }])
    expect(await trailOf(id)).toEqual(['user.password-reset-asked', 'sessions.ended', 'user.password-reset'])
    expect([await signIn(email, PASSWORD), await signIn(email, NEW)]).toEqual([null, id])
  })

  test.each([
    ['30 seconds', true],
    ['0 seconds', false],
  ])('accepts a link that expires in %s: %s', async (end, isValid) => {
    const { email, token } = await withResetLink()
    await expireLinks(email, end)
    expect((await findPasswordReset(token)) !== null).toBe(isValid)
    expect((await resetPassword(token, { password: NEW }, { request: REQUEST })).status === 'ok').toBe(isValid)
  })

  // ASVS 6.4.1
  test('accepts a link for one hour', async () => {
    const { email } = await withResetLink()
    const [token] = await asSuperuser(`SELECT expires_at - created_at = interval '1 hour' AS "isHour" FROM tokens WHERE email = $1`, [
      email,
    ])
    expect(token).toEqual({ isHour: true })
  })

  test.each([
    ['a common password', () => 'password1'],
    ['a password that contains the email', (email: string) => `my ${email}`],
  ])('refuses %s with a field error, and the link stays valid', async (_, choose) => {
    const { email, token } = await withResetLink()
    expect(await resetPassword(token, { password: choose(email) }, { request: REQUEST })).toMatchObject(
      invalid({ password: expect.any(String) }),
    )
    expect((await resetPassword(token, { password: NEW }, { request: REQUEST })).status).toBe('ok')
    expect((await resetPassword(token, { password: NEW }, { request: REQUEST })).status).not.toBe('ok')
  })

  // ASVS 2.3.4, 6.4.1
  test('accepts a link once when fifty requests use it at the same time', async () => {
    const { userId, token } = await withResetLink()
    const results = await atOnce(50, (n) => resetPassword(token, { password: `${NEW} ${n}` }, { request: REQUEST }))
    expect(results.filter(({ status }) => status === 'ok')).toHaveLength(1)
    expect((await trailOf(userId)).filter((kind) => kind === 'user.password-reset')).toHaveLength(1)
  }, 120_000)

  test("refuses a link that was sent to the user's previous email", async () => {
    const { userId, email, token } = await withResetLink()
    await asSuperuser('UPDATE users SET email = $2 WHERE id = $1', [userId, `other-${email}`])
    expect((await resetPassword(token, { password: NEW }, { request: REQUEST })).status).not.toBe('ok')
    expect(await asSuperuser('SELECT password_hash FROM users WHERE id = $1', [userId])).toEqual([{ password_hash: null }])
  })
})

// ASVS 6.4.3
test("a reset by an email's owner ends all access of an attacker who registered with it", async () => {
  // the attacker is signed in, and has requested links to verify the email and to change it to another
  const attacker = await unconfirmed(await ownerScope())
  const [victim, attackersEmail] = [attacker.user.email, `${unique('attacker')}@example.com`]
  await resendVerification(attacker, REQUEST)
  const verification = await newestToken(victim)
  await requestEmailChange(attacker, { email: attackersEmail }, REQUEST)
  const change = await newestToken(attackersEmail)
  await requestReset(victim)
  expect((await resetPassword(await newestToken(victim), { password: NEW }, { request: REQUEST })).status).toBe('ok')

  expect(await scopeOf(attacker.session.id, null)).toBeNull()
  expect(await signIn(victim, PASSWORD)).toBeNull()
  expect((await confirmEmailChange(change, openedBy(attacker))).status).not.toBe('ok')
  expect((await verifyEmail(verification, openedBy(attacker))).status).not.toBe('ok')
  expect(await asSuperuser('SELECT email FROM users WHERE id = $1', [attacker.user.id])).toEqual([{ email: victim }])
})
