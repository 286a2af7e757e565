import { describe, expect, test } from 'vitest'
import { RateLimited } from '@/lib/http/limits/rate-limited'
import { conflict } from '@/lib/outcome'
import { resetPassword } from '@/lib/users/password-reset'
import { findVerification, resendVerification, verifyEmail } from '@/lib/users/verification'
import { atOnce } from '../../support/at-once'
import { asSuperuser } from '../../support/database'
import { ageLinks, expireLinks, linksTo, trailOf } from '../../support/links'
import { newestToken, queuedMails } from '../../support/mail-jobs'
import { plainUser, REQUEST, registerPerson, userScope } from '../../support/people'

/** Someone whose address is not proven, and the token that was mailed to them. */
async function unproven() {
  const scope = await userScope(await plainUser())
  await resendVerification(scope, REQUEST)
  const { email } = scope.user
  return { scope, userId: scope.user.id, email, token: await newestToken(email) }
}

async function isVerified(userId: string): Promise<boolean> {
  const [user] = await asSuperuser<{ yes: boolean }>('SELECT email_verified_at IS NOT NULL AS yes FROM users WHERE id = $1', [userId])
  return user?.yes ?? false
}

describe('proving an address', () => {
  test('registering mails a link, and the link proves the address', async () => {
    const { userId, email } = await registerPerson()
    expect((await queuedMails(email)).map(({ template }) => template)).toEqual(['verify-email'])
    expect(await isVerified(userId)).toBe(false)
    const token = await newestToken(email)
    expect(await findVerification(token)).toEqual({ email })
    expect(await verifyEmail(token, REQUEST)).toEqual({ status: 'ok', value: { email } })
    expect(await isVerified(userId)).toBe(true)
    expect(await linksTo(email)).toEqual([])
    expect(await trailOf(userId)).toEqual(['user.email-verified'])
  })

  test('to look at a link proves nothing', async () => {
    const { userId, token } = await unproven()
    for (let n = 0; n < 3; n += 1) expect(await findVerification(token)).not.toBeNull()
    expect(await isVerified(userId)).toBe(false)
  })

  test.each([
    ['half a minute before its end is good', '30 seconds', true],
    ['at its end is not', '0 seconds', false],
  ])('a link %s', async (_, end, isGood) => {
    const { userId, email, token } = await unproven()
    await expireLinks(email, end)
    expect((await findVerification(token)) !== null).toBe(isGood)
    expect((await verifyEmail(token, REQUEST)).status === 'ok').toBe(isGood)
    expect(await isVerified(userId)).toBe(isGood)
  })

  test('a link holds for 24 hours', async () => {
    const { email } = await unproven()
    const [token] = await asSuperuser(`SELECT expires_at - created_at = interval '24 hours' AS holds FROM tokens WHERE email = $1`, [email])
    expect(token).toEqual({ holds: true })
  })

  test('fifty at once use a link once', async () => {
    const { userId, token } = await unproven()
    const results = await atOnce(50, () => verifyEmail(token, REQUEST))
    expect(results.filter(({ status }) => status === 'ok')).toHaveLength(1)
    expect(await trailOf(userId)).toEqual(['user.email-verified'])
  })

  test('a link to an address that is no longer the person’s proves nothing', async () => {
    const { userId, token, email } = await unproven()
    await asSuperuser('UPDATE users SET email = $2 WHERE id = $1', [userId, `other-${email}`])
    expect((await verifyEmail(token, REQUEST)).status).not.toBe('ok')
    expect(await isVerified(userId)).toBe(false)
  })

  test('a link of this purpose sets no password', async () => {
    const { token, userId } = await unproven()
    expect((await resetPassword(token, { password: 'eleven grey pelicans' }, { request: REQUEST })).status).not.toBe('ok')
    expect(await asSuperuser('SELECT password_hash FROM users WHERE id = $1', [userId])).toEqual([{ password_hash: null }])
  })
})

describe('sending the link again', () => {
  test.each([
    ['within a minute is refused, and the link is still good', '59 seconds', false],
    ['after a minute voids the link before', '60 seconds', true],
  ])('%s', async (_, ago, isSent) => {
    const { scope, email, token } = await unproven()
    await ageLinks(email, ago)
    expect((await resendVerification(scope, REQUEST)).status === 'ok').toBe(isSent)
    expect(await queuedMails(email)).toHaveLength(isSent ? 2 : 1)
    expect((await findVerification(token)) === null).toBe(isSent)
    expect(await findVerification(await newestToken(email))).toEqual({ email })
  })

  test('fifty at once send one', async () => {
    const scope = await userScope(await plainUser())
    const results = await atOnce(50, () =>
      resendVerification(scope, REQUEST).catch((error) => {
        if (!(error instanceof RateLimited)) throw error // five are heard, and of those
      }),
    )
    expect(results.filter((result) => result?.status === 'ok')).toHaveLength(1)
    expect(await queuedMails(scope.user.email)).toHaveLength(1)
  })

  test('sends nothing to someone who is proven', async () => {
    const { scope, email, token } = await unproven()
    await verifyEmail(token, REQUEST)
    expect(await resendVerification(scope, REQUEST)).toMatchObject(conflict('email-already-confirmed'))
    expect(await queuedMails(email)).toHaveLength(1)
  })
})
