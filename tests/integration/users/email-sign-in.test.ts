import { createHash } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { deviceIdFrom } from '@/lib/http/device-id'
import { consumeLimit } from '@/lib/http/limits/limits'
import { RateLimited } from '@/lib/http/limits/rate-limited'
import { LIMITS } from '@/lib/http/limits/table'
import { withUser } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { scopeOf } from '@/lib/session-scope'
import { StaleCredential, startSession } from '@/lib/sessions/sessions'
import { eraseExpiredTokens } from '@/lib/tokens/expired'
import {
  consumeSignIn,
  type EmailSignIn,
  findSignInByCode,
  findSignInByLink,
  findSignInLink,
  MAX_CODE_TRIES,
  requestSignInLink,
  showSignInCode,
} from '@/lib/users/email-sign-in'
import { resetPassword, sendPasswordReset } from '@/lib/users/password-reset'
import { atOnce } from '../../support/at-once'
import { asSuperuser } from '../../support/database'
import { expireLinks, linksTo, trailOf } from '../../support/links'
import { newestToken, queuedMails } from '../../support/mail-jobs'
import { createUser, REQUEST, unique } from '../../support/people'

const newDevice = () => deviceIdFrom(undefined)

async function confirmedUser() {
  const email = `${unique('person')}@example.com`
  return { userId: await createUser(email), email }
}

/** Requests a link and runs the deferred work. */
async function ask(email: string, deviceId: string, callbackUrl = '/private') {
  const deferred: (() => Promise<void>)[] = []
  const result = await requestSignInLink({ email, callbackUrl }, { request: REQUEST, deviceId, defer: (work) => void deferred.push(work) })
  expect(await linksTo(email)).toEqual(deferred.length ? expect.any(Array) : [])
  for (const work of deferred) await work()
  return result
}

/** A user who requested a link in the browser `deviceId`. */
async function asked() {
  const user = await confirmedUser()
  const deviceId = newDevice()
  await ask(user.email, deviceId)
  const token = await newestToken(user.email)
  return { ...user, deviceId, token, code: await shownCode(token) }
}

async function shownCode(token: string): Promise<string> {
  expect(await showSignInCode(token)).toBe(true)
  return (await findSignInLink(token, undefined))?.code ?? ''
}

const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0')
const tryCode = (code: string, deviceId: string | undefined) => findSignInByCode(code, deviceId)

/** Starts a session as the sign-in does. @returns whether it started */
async function complete(found: EmailSignIn | null): Promise<boolean> {
  if (!found) return false
  try {
    await startSession(found.userId, { remembered: false, request: REQUEST, consumeLink: (tx) => consumeSignIn(tx, found) })
    return true
  } catch (error) {
    if (error instanceof StaleCredential) return false
    throw error
  }
}

afterEach(() => asSuperuser(`DELETE FROM limits WHERE key LIKE 'sign-in-code%'`))

describe('requestSignInLink', () => {
  test('emails a link to a confirmed email, with the browser that requested it, and records the request', async () => {
    const { userId, email } = await confirmedUser()
    expect(await ask(email, newDevice(), '/private/settings?tab=1')).toEqual({ status: 'ok', value: { email } })
    const [mail] = await queuedMails(email)
    expect(mail).toMatchObject({ template: 'sign-in-link', props: { device: expect.any(String), address: REQUEST.ip } })
    expect(mail?.props.url).toMatch(/\/sign-in\/[\w-]{43}\?callbackUrl=%2Fprivate%2Fsettings%3Ftab%3D1$/)
    expect(await trailOf(userId)).toEqual(['session.link-asked'])
  })

  // ASVS 6.3.8
  test('sends an unknown or unconfirmed email nothing, with the same answer and a request of the same kind', async () => {
    const unconfirmed = `${unique('person')}@example.com`
    const userId = await createUser(unconfirmed, { isConfirmed: false })
    for (const email of [unconfirmed, `${unique('unknown')}@example.com`]) {
      const deviceId = newDevice()
      expect(await ask(email, deviceId)).toEqual({ status: 'ok', value: { email } })
      expect([await queuedMails(email), await linksTo(email)]).toEqual([[], ['sign-in']])
      for (let n = 0; n <= MAX_CODE_TRIES; n += 1) expect(await tryCode('123456', deviceId)).toBeNull()
      await expireLinks(email, '0 seconds')
      await eraseExpiredTokens()
      expect(await linksTo(email)).toEqual([])
    }
    expect(await trailOf(userId)).toEqual([])
  })

  // ASVS 6.5.2
  test('stores the token as a hash, and the code not at all', async () => {
    const { email, token, code } = await asked()
    const [row] = await asSuperuser<{ text: string }>(
      `SELECT tokens::text || sign_in_requests::text AS text FROM tokens JOIN sign_in_requests ON token_hash = hash WHERE email = $1`,
      [email],
    )
    expect(row?.text).toContain(createHash('sha256').update(token).digest('hex'))
    expect(row?.text).not.toContain(token)
    expect(row?.text).not.toContain(code)
  })
})

describe('a sign-in link', () => {
  // ASVS 6.6.2
  test('signs in the browser that requested it, and no other', async () => {
    const { userId, email, deviceId, token, code } = await asked()
    for (const other of [newDevice(), undefined]) {
      expect(await findSignInLink(token, other)).toMatchObject({ email, isOwn: false, code, ip: REQUEST.ip })
      expect(await findSignInByLink(token, other)).toBeNull()
    }
    expect(await findSignInLink(token, deviceId)).toMatchObject({ email, isOwn: true })
    expect(await complete(await findSignInByLink(token, deviceId))).toBe(true)
    expect(await findSignInLink(token, deviceId)).toBeNull()
    expect(await asSuperuser(`SELECT details FROM audit_events WHERE user_id = $1 AND kind = 'session.started'`, [userId])).toEqual([
      { details: { remembered: false, by: 'email' } },
    ])
  })

  // ASVS 6.5.1
  test('starts one session when fifty requests use the link or the code at the same time', async () => {
    const { userId, deviceId, token, code } = await asked()
    const results = await atOnce(50, async (n) => complete(n % 2 ? await findSignInByLink(token, deviceId) : await tryCode(code, deviceId)))
    expect(results.filter(Boolean)).toHaveLength(1)
    expect(await asSuperuser('SELECT FROM sessions WHERE user_id = $1', [userId])).toHaveLength(1)
  })

  test.each([
    ['30 seconds', true],
    ['0 seconds', false],
  ])('that expires in %s is valid: %s', async (end, isValid) => {
    const { email, deviceId, token, code } = await asked()
    await expireLinks(email, end)
    expect((await findSignInLink(token, deviceId)) !== null).toBe(isValid)
    expect((await tryCode(code, deviceId)) !== null).toBe(isValid)
    expect(await complete(await findSignInByLink(token, deviceId))).toBe(isValid)
  })

  test('is valid for 15 minutes', async () => {
    const { email } = await asked()
    expect(
      await asSuperuser(`SELECT expires_at - created_at = interval '15 minutes' AS "is15" FROM tokens WHERE email = $1`, [email]),
    ).toEqual([{ is15: true }])
  })

  test('does not void another, and using one ends those that the same browser requested', async () => {
    const { email, deviceId, token } = await asked()
    await ask(email, newDevice()) // by a stranger
    const strangers = await newestToken(email)
    await ask(email, deviceId)
    expect(await complete(await findSignInByLink(token, deviceId))).toBe(true)
    expect(await linksTo(email)).toEqual(['sign-in'])
    expect(await findSignInLink(strangers, undefined)).not.toBeNull()
  })

  test.each<[string, (user: { userId: string; email: string }) => Promise<unknown>]>([
    [
      'a new password',
      async ({ userId, email }) => {
        const reset = await withUser(userId, (tx) => sendPasswordReset(tx, { id: userId, email }))
        return resetPassword(reset, { password: 'eleven grey pelicans' }, { request: REQUEST })
      },
    ],
    ['another email', ({ userId, email }) => asSuperuser('UPDATE users SET email = $2 WHERE id = $1', [userId, `new-${email}`])],
    [
      'an email that is no longer confirmed',
      ({ userId }) => asSuperuser('UPDATE users SET email_verified_at = NULL WHERE id = $1', [userId]),
    ],
  ])('that was found valid starts no session after %s', async (_, change) => {
    const { userId, email, deviceId, token } = await asked()
    const found = await findSignInByLink(token, deviceId)
    await change({ userId, email })
    expect([found !== null, await complete(found)]).toEqual([true, false])
    expect(await asSuperuser('SELECT FROM sessions WHERE user_id = $1', [userId])).toEqual([])
  })

  // ASVS 7.5.1
  test('starts a session as a password does, but sensitive actions still ask for the password', async () => {
    const { userId, deviceId, token } = await asked()
    const found = await findSignInByLink(token, deviceId)
    const id = await startSession(userId, {
      remembered: true,
      request: REQUEST,
      device: { id: newDevice(), notifyIfNew: true },
      consumeLink: async (tx) => found !== null && consumeSignIn(tx, found),
    })
    const scope = (await scopeOf(id, null))?.scope
    expect([scope?.user.id, scope?.session.hasRecentAuth]).toEqual([userId, false])
    expect(await asSuperuser('SELECT FROM devices WHERE user_id = $1', [userId])).toHaveLength(1)
  })
})

describe('the code of a sign-in link', () => {
  // ASVS 6.6.2
  test('signs in the browser that requested the link, and no other', async () => {
    const { userId, deviceId, code } = await asked()
    expect(code).toMatch(/^\d{6}$/)
    for (const other of [newDevice(), undefined]) expect(await tryCode(code, other)).toBeNull()
    const found = await tryCode(code, deviceId)
    expect([found?.userId, await complete(found), await tryCode(code, deviceId)]).toEqual([userId, true, null])
  })

  // ASVS 6.6.3
  test('allows five tries, even in fifty simultaneous requests', async () => {
    const { email, deviceId, code } = await asked()
    await atOnce(50, () => tryCode(wrong(code), deviceId))
    const [row] = await asSuperuser<{ tries: number }>(
      'SELECT tries FROM sign_in_requests JOIN tokens ON hash = token_hash WHERE email = $1',
      [email],
    )
    expect([row?.tries, await tryCode(code, deviceId)]).toEqual([MAX_CODE_TRIES, null])
  })

  test('is accepted at the fifth try', async () => {
    const { deviceId, code } = await asked()
    for (let n = 1; n < MAX_CODE_TRIES; n += 1) expect(await tryCode(wrong(code), deviceId)).toBeNull()
    expect(await tryCode(code, deviceId)).not.toBeNull()
  })

  // ASVS 2.4.1, 6.1.1, 6.6.3
  test('is refused after twenty wrong codes of shown links in a day, in any browser, and the link still signs in', async () => {
    const { userId, email, deviceId, token, code } = await asked()
    await consumeLimit('sign-in-code', { userId }, LIMITS['sign-in-code'].user.points - 1)
    expect(await tryCode(wrong(code), deviceId)).toBeNull()
    await expect(tryCode(code, deviceId)).rejects.toThrow(RateLimited)
    const another = newDevice()
    await ask(email, another)
    await expect(tryCode(await shownCode(await newestToken(email)), another)).rejects.toThrow(RateLimited)
    expect(await complete(await findSignInByLink(token, deviceId))).toBe(true)
  })

  // ASVS 2.4.1, 6.1.1
  test('works however many wrong codes others have entered, from the same IP address or for the same email', async () => {
    const { email, deviceId, code } = await asked()
    for (let n = 0; n < 21; n += 1) {
      const [colleague, stranger] = [await asked(), newDevice()]
      await ask(email, stranger)
      for (let tries = 0; tries < MAX_CODE_TRIES; tries += 1) {
        expect(await tryCode(wrong(colleague.code), colleague.deviceId)).toBeNull()
        expect(await tryCode(code, stranger)).toBeNull()
      }
    }
    expect(await tryCode(code, deviceId)).not.toBeNull()
  })

  // ASVS 2.4.1, 6.6.3
  test('does not work before it is shown, so that strangers neither guess it nor use up its tries', async () => {
    const { email, deviceId, code } = await asked()
    const before = await asSuperuser('SELECT count(*)::int FROM users')
    for (let n = 0; n < 10; n += 1) {
      const stranger = newDevice()
      await ask(email, stranger)
      const token = await newestToken(email)
      const right = await shownCode(token)
      await asSuperuser('UPDATE sign_in_requests SET code_shown_at = NULL WHERE token_hash = sha256($1::bytea)', [token])
      for (let tries = 0; tries < MAX_CODE_TRIES; tries += 1) expect(await tryCode(right, stranger)).toBeNull()
    }
    expect(await asSuperuser('SELECT count(*)::int FROM users')).toEqual(before)
    expect(await tryCode(code, deviceId)).not.toBeNull()
  })

  // ASVS 6.6.3
  test('must be the newest link’s, so that one try never covers several links', async () => {
    const { email, deviceId, code } = await asked()
    await ask(email, deviceId)
    expect(await tryCode(code, deviceId)).toBeNull()
    expect(await tryCode(await shownCode(await newestToken(email)), deviceId)).not.toBeNull()
    const tries = await asSuperuser<{ tries: number }>(
      'SELECT tries FROM sign_in_requests JOIN tokens ON hash = token_hash WHERE email = $1 ORDER BY created_at',
      [email],
    )
    expect(tries).toEqual([{ tries: 0 }, { tries: 2 }])
  })

  test('stays the same while AUTH_SECRET is replaced', async () => {
    const { deviceId, code } = await asked()
    const before = env().AUTH_SECRET
    env().AUTH_SECRET = ['another secret of more than 32 characters', ...before]
    expect(await tryCode(code, deviceId)).not.toBeNull()
    env().AUTH_SECRET = before
  })
})
