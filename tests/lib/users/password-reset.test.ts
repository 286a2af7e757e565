import { describe, expect, test } from 'vitest'
import { deviceIdFrom } from '@/lib/http/device-id'
import { invalid } from '@/lib/outcome'
import { scopeOf } from '@/lib/scope'
import { isKnownDevice } from '@/lib/sessions/devices'
import { StaleCredential, startSession } from '@/lib/sessions/sessions'
import { confirmEmailChange, requestEmailChange } from '@/lib/users/email-change'
import { findPasswordReset, requestPasswordReset, resetPassword } from '@/lib/users/password-reset'
import { authenticate } from '@/lib/users/users'
import { resendVerification, verifyEmail } from '@/lib/users/verification'
import { atOnce } from '../../support/at-once'
import { asSuperuser, countRows } from '../../support/database'
import { expireLinks, linksTo, trailOf } from '../../support/links'
import { newestToken, queuedMails } from '../../support/mail-jobs'
import { ownerScope, PASSWORD, plainUser, REQUEST, unique, userScope } from '../../support/people'

const NEW = 'eleven grey pelicans'

/** Asks for a link, and does at once what is put off. @returns how much was put off */
async function ask(email: string, callbackUrl = '/private'): Promise<number> {
  const later: (() => Promise<void>)[] = []
  await requestPasswordReset({ email, callbackUrl }, { request: REQUEST, defer: (work) => void later.push(work) })
  for (const work of later) await work()
  return later.length
}

async function forgetful() {
  const scope = await userScope(await plainUser())
  await ask(scope.user.email)
  return { scope, userId: scope.user.id, email: scope.user.email, token: await newestToken(scope.user.email) }
}

const proves = async (email: string, password: string) =>
  (await authenticate({ email, password }, { request: REQUEST, defer: () => undefined }))?.userId ?? null

describe('asking for a link', () => {
  test('mails it to a known address, and does nothing before the answer', async () => {
    const email = `${unique('known')}@example.com`
    const userId = await plainUser(email)
    const later: (() => Promise<void>)[] = []
    await requestPasswordReset({ email, callbackUrl: '/private' }, { request: REQUEST, defer: (work) => void later.push(work) })
    expect(await queuedMails(email)).toEqual([])
    await later[0]?.()
    expect((await queuedMails(email)).map(({ template }) => template)).toEqual(['password-reset'])
    expect(await trailOf(userId)).toEqual(['user.password-reset-asked'])
  })

  test('does nothing for an unknown one', async () => {
    const before = await countRows()
    const email = `${unique('nobody')}@example.com`
    expect(await ask(email)).toBe(0)
    expect([await queuedMails(email), await countRows()]).toEqual([[], before])
  })

  test('keeps where one wanted to go', async () => {
    const email = `${unique('known')}@example.com`
    await plainUser(email)
    await ask(email, '/private/settings?tab=1')
    const url = new URL((await queuedMails(email)).at(-1)?.props.url ?? '')
    expect([url.origin, url.searchParams.get('callbackUrl')]).toEqual(['http://localhost:3000', '/private/settings?tab=1'])
  })

  test('voids the link before', async () => {
    const { email, token } = await forgetful()
    await ask(email)
    expect(await findPasswordReset(token)).toBeNull()
    expect(await findPasswordReset(await newestToken(email))).toEqual({ email })
    expect(await linksTo(email)).toEqual(['password-reset'])
  })
})

describe('setting a new password', () => {
  test('of all browsers leaves only the one known that it is set in', async () => {
    const { userId, email, token } = await forgetful()
    const [before, here] = [deviceIdFrom(undefined), deviceIdFrom(undefined)]
    await startSession(userId, { remembered: false, request: REQUEST, device: { id: before, notifyIfNew: false } })
    await resetPassword(token, { password: NEW }, { request: REQUEST, device: { id: here, notifyIfNew: false } })
    expect([await isKnownDevice(userId, before), await isKnownDevice(userId, here)]).toEqual([false, true])
    expect((await queuedMails(email)).map(({ template }) => template)).not.toContain('new-device')
  })

  test('begins no session for whoever had proven the old one by then', async () => {
    const { user } = await ownerScope()
    const proven = await authenticate({ email: user.email, password: PASSWORD }, { request: REQUEST, defer: () => undefined })
    await ask(user.email)
    await resetPassword(await newestToken(user.email), { password: NEW }, { request: REQUEST })
    const begun = startSession(user.id, { remembered: false, request: REQUEST, passwordHash: proven?.passwordHash })
    await expect(begun).rejects.toThrow(StaleCredential)
    expect(await asSuperuser('SELECT FROM sessions WHERE user_id = $1', [user.id])).toEqual([])
  })

  test('refuses the name of an account of theirs', async () => {
    const { account, user } = await ownerScope()
    await ask(user.email)
    const refused = await resetPassword(await newestToken(user.email), { password: `x ${account.name} x` }, { request: REQUEST })
    expect(refused).toMatchObject(invalid({ password: 'password-has-account' }))
  })

  test('ends every session, tells the owner, and proves the address', async () => {
    const scope = await ownerScope()
    const { id, email } = scope.user
    await userScope(id)
    await ask(email)
    expect(await resetPassword(await newestToken(email), { password: NEW }, { request: REQUEST })).toEqual({
      status: 'ok',
      value: { email },
    })
    expect(await scopeOf(scope.session.id, null)).toBeNull()
    expect(await asSuperuser('SELECT id_hash FROM sessions WHERE user_id = $1', [id])).toEqual([])
    expect((await queuedMails(email)).at(-1)?.template).toBe('password-changed')
    expect(await asSuperuser('SELECT email_verified_at IS NOT NULL AS yes FROM users WHERE id = $1', [id])).toEqual([{ yes: true }])
    expect(await trailOf(id)).toEqual(['user.password-reset-asked', 'sessions.ended', 'user.password-reset'])
    expect([await proves(email, PASSWORD), await proves(email, NEW)]).toEqual([null, id])
  })

  test.each([
    ['half a minute before its end is good', '30 seconds', true],
    ['at its end is not', '0 seconds', false],
  ])('a link %s', async (_, end, isGood) => {
    const { email, token } = await forgetful()
    await expireLinks(email, end)
    expect((await findPasswordReset(token)) !== null).toBe(isGood)
    expect((await resetPassword(token, { password: NEW }, { request: REQUEST })).status === 'ok').toBe(isGood)
  })

  test('a link holds for an hour', async () => {
    const { email } = await forgetful()
    const [token] = await asSuperuser(`SELECT expires_at - created_at = interval '1 hour' AS holds FROM tokens WHERE email = $1`, [email])
    expect(token).toEqual({ holds: true })
  })

  test.each([
    ['a common one', () => 'password1'],
    ['one that holds the address', (email: string) => `my ${email}`],
  ])('refuses %s beside its field, and the link is still good', async (_, choose) => {
    const { email, token } = await forgetful()
    expect(await resetPassword(token, { password: choose(email) }, { request: REQUEST })).toMatchObject(
      invalid({ password: expect.any(String) }),
    )
    expect((await resetPassword(token, { password: NEW }, { request: REQUEST })).status).toBe('ok')
    expect((await resetPassword(token, { password: NEW }, { request: REQUEST })).status).not.toBe('ok')
  })

  test('fifty at once use a link once', async () => {
    const { userId, token } = await forgetful()
    const results = await atOnce(50, (n) => resetPassword(token, { password: `${NEW} ${n}` }, { request: REQUEST }))
    expect(results.filter(({ status }) => status === 'ok')).toHaveLength(1)
    expect((await trailOf(userId)).filter((kind) => kind === 'user.password-reset')).toHaveLength(1)
  }, 120_000)

  test('a link to an address that is no longer the person’s sets nothing', async () => {
    const { userId, email, token } = await forgetful()
    await asSuperuser('UPDATE users SET email = $2 WHERE id = $1', [userId, `other-${email}`])
    expect((await resetPassword(token, { password: NEW }, { request: REQUEST })).status).not.toBe('ok')
    expect(await asSuperuser('SELECT password_hash FROM users WHERE id = $1', [userId])).toEqual([{ password_hash: null }])
  })

  test('a link of this purpose proves and changes nothing else', async () => {
    const { token } = await forgetful()
    expect((await verifyEmail(token, REQUEST)).status).not.toBe('ok')
    expect((await confirmEmailChange(token, REQUEST)).status).not.toBe('ok')
    expect(await findPasswordReset(token)).not.toBeNull()
  })
})

test('who registered with an address that is not theirs keeps nothing, once its owner sets a password', async () => {
  // the thief registered first, is signed in, and has a link on the way that would take the account to an address of theirs
  const thief = await ownerScope()
  const [victim, thiefs] = [thief.user.email, `${unique('thief')}@example.com`]
  await resendVerification(thief, REQUEST)
  const verification = await newestToken(victim)
  await requestEmailChange(thief, { email: thiefs }, REQUEST)
  const change = await newestToken(thiefs)
  await ask(victim)
  expect((await resetPassword(await newestToken(victim), { password: NEW }, { request: REQUEST })).status).toBe('ok')

  expect(await scopeOf(thief.session.id, null)).toBeNull()
  expect(await proves(victim, PASSWORD)).toBeNull()
  expect((await confirmEmailChange(change, REQUEST)).status).not.toBe('ok')
  expect((await verifyEmail(verification, REQUEST)).status).not.toBe('ok')
  expect(await asSuperuser('SELECT email FROM users WHERE id = $1', [thief.user.id])).toEqual([{ email: victim }])
})
