import { describe, expect, test } from 'vitest'
import { RateLimited } from '@/lib/http/limits/rate-limited'
import { conflict } from '@/lib/outcome'
import { findVerification, resendVerification, verifyEmail } from '@/lib/users/verification'
import { atOnce } from '../../support/at-once'
import { asSuperuser } from '../../support/database'
import { ageLinks, expireLinks, linksTo, trailOf } from '../../support/links'
import { newestToken, queuedMails } from '../../support/mail-jobs'
import { createUser, openedBy, REQUEST, registerUser, userScope } from '../../support/people'

/** A user with an unverified email, and the token that was sent to it. */
async function unverified() {
  const scope = await userScope(await createUser(undefined, { isConfirmed: false }))
  await resendVerification(scope, REQUEST)
  const { email } = scope.user
  return { scope, opener: openedBy(scope), userId: scope.user.id, email, token: await newestToken(email) }
}

async function isVerified(userId: string): Promise<boolean> {
  const [user] = await asSuperuser<{ yes: boolean }>('SELECT email_verified_at IS NOT NULL AS yes FROM users WHERE id = $1', [userId])
  return user?.yes ?? false
}

describe('verifyEmail', () => {
  test('verifies the email with the link that registering sends', async () => {
    const { userId, email, password } = await registerUser()
    expect((await queuedMails(email)).map(({ template }) => template)).toEqual(['verify-email'])
    expect(await isVerified(userId)).toBe(false)
    const token = await newestToken(email)
    expect(await findVerification(token)).toEqual({ email, userId })
    expect(await verifyEmail(token, openedBy(null, password))).toEqual({ status: 'ok', value: { email } })
    expect(await isVerified(userId)).toBe(true)
    expect(await linksTo(email)).toEqual([])
    expect(await trailOf(userId)).toEqual(['user.email-verified'])
  })

  // ASVS 2.3.1
  test('is needed: reading a link verifies nothing', async () => {
    const { userId, token } = await unverified()
    for (let n = 0; n < 3; n += 1) expect(await findVerification(token)).not.toBeNull()
    expect(await isVerified(userId)).toBe(false)
  })

  test.each([
    ['30 seconds', true],
    ['0 seconds', false],
  ])('accepts a link that expires in %s: %s', async (end, isValid) => {
    const { userId, email, token, opener } = await unverified()
    await expireLinks(email, end)
    expect((await findVerification(token)) !== null).toBe(isValid)
    expect((await verifyEmail(token, opener)).status === 'ok').toBe(isValid)
    expect(await isVerified(userId)).toBe(isValid)
  })

  test('accepts a link for 24 hours', async () => {
    const { email } = await unverified()
    const [token] = await asSuperuser(`SELECT expires_at - created_at = interval '24 hours' AS "isDay" FROM tokens WHERE email = $1`, [
      email,
    ])
    expect(token).toEqual({ isDay: true })
  })

  test('accepts a link once when fifty requests use it at the same time', async () => {
    const { userId, token, opener } = await unverified()
    const results = await atOnce(50, () => verifyEmail(token, opener))
    expect(results.filter(({ status }) => status === 'ok')).toHaveLength(1)
    expect(await trailOf(userId)).toEqual(['user.email-verified'])
  })

  test("refuses a link that was sent to the user's previous email", async () => {
    const { userId, token, email, opener } = await unverified()
    await asSuperuser('UPDATE users SET email = $2 WHERE id = $1', [userId, `other-${email}`])
    expect((await verifyEmail(token, opener)).status).not.toBe('ok')
    expect(await isVerified(userId)).toBe(false)
  })
})

describe('resendVerification', () => {
  test.each([
    ['is refused within a minute', '59 seconds', false],
    ['sends another link after a minute', '60 seconds', true],
  ])('%s, and the earlier link stays valid until one is used', async (_, ago, isSent) => {
    const { scope, email, token, opener } = await unverified()
    await ageLinks(email, ago)
    expect((await resendVerification(scope, REQUEST)).status === 'ok').toBe(isSent)
    expect(await queuedMails(email)).toHaveLength(isSent ? 2 : 1)
    for (const each of [token, await newestToken(email)]) expect(await findVerification(each)).toMatchObject({ email })
    expect((await verifyEmail(token, opener)).status).toBe('ok')
    expect(await linksTo(email)).toEqual([])
  })

  test('sends one link when fifty requests ask at the same time', async () => {
    const scope = await userScope(await createUser(undefined, { isConfirmed: false }))
    const results = await atOnce(50, () =>
      resendVerification(scope, REQUEST).catch((error) => {
        if (!(error instanceof RateLimited)) throw error // five are within the limit, and one of those sends
      }),
    )
    expect(results.filter((result) => result?.status === 'ok')).toHaveLength(1)
    expect(await queuedMails(scope.user.email)).toHaveLength(1)
  })

  test('sends nothing to a verified user', async () => {
    const { scope, email, token, opener } = await unverified()
    await verifyEmail(token, opener)
    expect(await resendVerification(scope, REQUEST)).toMatchObject(conflict('email-already-confirmed'))
    expect(await queuedMails(email)).toHaveLength(1)
  })
})
