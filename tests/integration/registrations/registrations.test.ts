import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { deviceIdFrom } from '@/lib/http/device-id'
import { consumeLimit } from '@/lib/http/limits/limits'
import { RateLimited } from '@/lib/http/limits/rate-limited'
import { LIMITS } from '@/lib/http/limits/table'
import type { RequestInfo } from '@/lib/http/request-info'
import { conflict, invalid } from '@/lib/outcome'
import { env } from '@/lib/platform/env'
import { findRegistration, finishRegistration } from '@/lib/registrations/registrations'
import { signUp } from '@/lib/registrations/sign-up'
import { atOnce } from '../../support/at-once'
import { asSuperuser, countRows } from '../../support/database'
import { expireLinks, linksTo } from '../../support/links'
import { newestToken, queuedMails } from '../../support/mail-jobs'
import { createUser, ownerScope, PASSWORD, REQUEST, unique } from '../../support/people'

const DEVICE = deviceIdFrom(undefined)
const HERE = { request: REQUEST, deviceId: DEVICE }

function setSignUp(mode: 'open' | 'verify' | 'invite') {
  env().SIGN_UP = mode
}
beforeAll(() => setSignUp('verify'))
afterEach(() => setSignUp('verify'))

/** Submits the registration form and runs its deferred work. */
async function submit({
  accountName = unique('Account'),
  name = 'Ada Lovelace',
  email = `${unique('person')}@example.com`,
  password = PASSWORD,
  callbackUrl = '/private',
  deviceId = DEVICE,
  request = REQUEST as RequestInfo,
} = {}) {
  const deferred: (() => Promise<void>)[] = []
  const result = await signUp(
    { accountName, name, email, password },
    { request, deviceId, callbackUrl, defer: (work) => void deferred.push(work) },
  )
  for (const work of deferred) await work()
  return { result, accountName, email, deferred: deferred.length }
}

/** A registration that waits for its link to be opened. */
async function pending() {
  const { accountName, email } = await submit()
  return { accountName, email, token: await newestToken(email) }
}

const userOf = (email: string) =>
  asSuperuser(
    `SELECT u.email_verified_at IS NOT NULL AS verified, m.role, a.name FROM users u JOIN memberships m ON m.user_id = u.id
       JOIN accounts a ON a.id = m.account_id WHERE u.email = $1`,
    [email],
  )

test('keeps the name until the link is opened', async () => {
  const { accountName, email, token } = await pending()
  expect((await finishRegistration(token, { accountName }, HERE)).status).toBe('ok')
  expect(await asSuperuser('SELECT name FROM users WHERE email = $1', [email])).toEqual([{ name: 'Ada Lovelace' }])
})

// ASVS 6.3.8
test('names a taken account name and a weak password at once, and never a registered email', async () => {
  const { account, user } = await ownerScope()
  const { result } = await submit({ accountName: account.name, email: user.email, password: 'Password1' })
  expect(result).toEqual(invalid({ accountName: 'account-name-taken', password: 'password-common' }))
})

describe('a link opened in another browser', () => {
  const elsewhere = () => ({ request: REQUEST, deviceId: deviceIdFrom(undefined) })

  test.each([undefined, '', 'a wrong password'])('is refused with the password %j, and stays valid', async (password) => {
    const { accountName, email, token } = await pending()
    const before = await countRows()
    for (const where of [elsewhere(), { request: REQUEST, deviceId: undefined }]) {
      expect(await finishRegistration(token, { accountName, password }, where)).toMatchObject(invalid({ password: expect.any(String) }))
    }
    expect([await countRows(), await userOf(email)]).toEqual([before, []])
    expect((await finishRegistration(token, { accountName }, HERE)).status).toBe('ok')
  })

  test('is accepted with the chosen password', async () => {
    const { accountName, token } = await pending()
    expect((await finishRegistration(token, { accountName, password: PASSWORD }, elsewhere())).status).toBe('ok')
  })

  test("does not let the email's owner finish an attacker's registration with another password", async () => {
    const { accountName, email } = await pending() // by the email's owner
    await submit({ email, accountName: `${accountName} too` }) // by an attacker, in the browser with DEVICE
    const newest = await newestToken(email)
    const otherBrowser = { request: REQUEST, deviceId: deviceIdFrom(undefined) }
    const finished = await finishRegistration(newest, { accountName, password: "the owner's password" }, otherBrowser)
    expect([finished.status === 'ok', await userOf(email)]).toEqual([false, []])
  })
})

// ASVS 6.3.8
test('a stranger who requests links cannot keep the owner of the email from requesting one', async () => {
  const email = `${unique('person')}@example.com`
  const { points } = LIMITS['registration-mail'].pair
  const stranger = { ip: '203.0.113.66', userAgent: null }
  await consumeLimit('registration-mail', { request: stranger, email }, points)
  await expect(submit({ email, request: stranger })).rejects.toThrow(RateLimited)
  expect((await submit({ email })).result.status).toBe('ok')
  expect(await queuedMails(email)).toHaveLength(1)
})

describe('with SIGN_UP=verify', () => {
  // ASVS 2.3.1, 6.4.1
  test('the link creates the user and the account, and nothing is created before', async () => {
    const before = await countRows()
    const { result, accountName, email } = await submit()
    expect(result).toEqual({ status: 'ok', value: null })
    expect(await countRows()).toEqual(before)
    expect(await queuedMails(email)).toMatchObject([{ template: 'finish-registration', props: { accountName } }])
    const token = await newestToken(email)
    expect(await findRegistration(token, DEVICE)).toEqual({ email, accountName, isOwn: true })
    expect(await findRegistration(token, undefined)).toEqual({ email, accountName, isOwn: false })
    expect(await countRows()).toEqual(before)

    const created = await finishRegistration(token, { accountName }, HERE)
    expect(created.status).toBe('ok')
    expect(await userOf(email)).toEqual([{ verified: true, role: 'OWNER', name: accountName }])
    expect(
      await asSuperuser(`SELECT count(*)::int AS n FROM audit_events WHERE kind = 'user.registered' AND target = $1`, [accountName]),
    ).toEqual([{ n: 1 }])
    expect(await linksTo(email)).toEqual([])
    expect(await asSuperuser('SELECT * FROM registrations r LEFT JOIN tokens t ON t.hash = r.token_hash WHERE t.hash IS NULL')).toEqual([])
  })

  test('a registered email gets the same answer as a new one, and a different email message', async () => {
    const taken = `${unique('taken')}@example.com`
    await createUser(taken)
    const before = await countRows()
    const [one, other] = [await submit({ email: taken }), await submit()]
    expect([one.result, one.deferred]).toEqual([other.result, other.deferred])
    expect(await queuedMails(taken)).toEqual([{ template: 'already-registered', props: { url: 'http://localhost:3000/login' } }])
    expect([await linksTo(taken), await countRows()]).toEqual([[], before])
  })

  test('a taken account name is a field error for registered and new emails alike', async () => {
    const { account, user } = await ownerScope()
    const before = await countRows()
    for (const email of [user.email, `${unique('free')}@example.com`]) {
      const { result, deferred } = await submit({ accountName: account.name.toUpperCase(), email })
      expect(result).toEqual(invalid({ accountName: 'account-name-taken' }))
      expect(deferred).toBe(0)
    }
    expect(await countRows()).toEqual(before)
  })

  test('the links for new and registered users keep the callbackUrl', async () => {
    const { email } = await submit({ callbackUrl: '/private/settings?tab=1' })
    expect((await queuedMails(email)).at(-1)?.props.url).toMatch(/\/verify-email\/[\w-]{43}\?callbackUrl=%2Fprivate%2Fsettings%3Ftab%3D1$/)
    for (const [callbackUrl, query] of [
      ['/private/settings', '?callbackUrl=%2Fprivate%2Fsettings'],
      ['/private', ''],
    ]) {
      const { user } = await ownerScope() // a registered email gets one notice an hour
      await submit({ email: user.email, callbackUrl })
      expect((await queuedMails(user.email)).at(-1)?.props.url).toBe(`http://localhost:3000/login${query}`)
    }
  })

  // ASVS 6.2.4
  test('a weak password is a field error', async () => {
    const registration = { accountName: unique('A'), email: 'x@example.com', password: 'password1' }
    const result = await signUp(registration, {
      request: REQUEST,
      deviceId: DEVICE,
      callbackUrl: '/private',
      defer: () => expect.unreachable(),
    })
    expect(result).toMatchObject(invalid({ password: expect.any(String) }))
  })

  test('an account name is not reserved: if it was taken in the meantime, the link stays valid for another name', async () => {
    const [one, other] = [await pending(), await pending()]
    await finishRegistration(other.token, { accountName: one.accountName }, HERE)
    const refused = await finishRegistration(one.token, { accountName: one.accountName }, HERE)
    expect(refused).toEqual(invalid({ accountName: 'account-name-taken' }))
    expect(await userOf(one.email)).toEqual([])
    const accountName = unique('Another')
    expect((await finishRegistration(one.token, { accountName }, HERE)).status).toBe('ok')
    expect(await userOf(one.email)).toMatchObject([{ name: accountName }])
  })

  // ASVS 6.4.1
  test.each([
    ['30 seconds', true],
    ['0 seconds', false],
  ])('a link that expires in %s is valid: %s', async (end, isValid) => {
    const { email, accountName, token } = await pending()
    await expireLinks(email, end)
    expect((await findRegistration(token, DEVICE)) !== null).toBe(isValid)
    expect((await finishRegistration(token, { accountName }, HERE)).status === 'ok').toBe(isValid)
    expect(await userOf(email)).toHaveLength(isValid ? 1 : 0)
  })

  // ASVS 6.3.8
  test('several registrations of one email can be pending, each with its own link and password, until one is finished', async () => {
    const { email, accountName, token } = await pending()
    const stranger = await submit({ email, password: 'eleven grey pelicans', deviceId: deviceIdFrom(undefined) })
    const theirs = await newestToken(email)
    const elsewhere = { request: REQUEST, deviceId: deviceIdFrom(undefined) }
    expect(await findRegistration(theirs, DEVICE)).toEqual({ email, accountName: stranger.accountName, isOwn: false })
    const byMistake = await finishRegistration(theirs, { accountName, password: PASSWORD }, elsewhere)
    expect(byMistake).toEqual(invalid({ password: 'registration-password-incorrect' }))
    expect((await finishRegistration(token, { accountName, password: PASSWORD }, elsewhere)).status).toBe('ok')
    expect(await userOf(email)).toMatchObject([{ name: accountName }])
    expect([await findRegistration(theirs, DEVICE), await linksTo(email)]).toEqual([null, []])
  })

  test('one of two registrations of an email that are finished at the same time succeeds', async () => {
    const first = await pending()
    const second = await submit({ email: first.email })
    const tokens = [first.token, await newestToken(first.email)]
    const names = [first.accountName, second.accountName]
    const results = await atOnce(2, (n) => finishRegistration(tokens[n] ?? '', { accountName: names[n] ?? '' }, HERE))
    expect(results.map(({ status }) => status === 'ok').sort()).toEqual([false, true])
    expect(await userOf(first.email)).toHaveLength(1)
    expect(await linksTo(first.email)).toEqual([])
  })

  test('a link works once when fifty requests use it at the same time', async () => {
    const { email, accountName, token } = await pending()
    const results = await atOnce(50, () => finishRegistration(token, { accountName }, HERE))
    expect(results.filter(({ status }) => status === 'ok')).toHaveLength(1)
    expect(await userOf(email)).toHaveLength(1)
  }, 60_000)

  test('a form submitted twice with different names creates one account', async () => {
    const { email, accountName, token } = await pending()
    const results = await atOnce(2, (n) => finishRegistration(token, { accountName: `${accountName} ${n}` }, HERE))
    expect(results.map(({ status }) => status === 'ok').sort()).toEqual([false, true])
    expect(await userOf(email)).toHaveLength(1)
  })

  test('an email that was registered in the meantime is refused, and nothing is created', async () => {
    const { email, accountName, token } = await pending()
    await createUser(email)
    const before = await countRows()
    const result = await finishRegistration(token, { accountName }, HERE)
    expect(result).toMatchObject(conflict('email-taken-sign-in'))
    expect(await countRows()).toEqual(before)
  })

  test('a pending registration stores only a password hash, and is deleted with its link', async () => {
    const { email } = await pending()
    const [row] = await asSuperuser<{ password_hash: string }>(
      'SELECT password_hash FROM registrations JOIN tokens ON hash = token_hash WHERE email = $1',
      [email],
    )
    expect(row?.password_hash).toMatch(/^1\.[0-9a-f]{8}\.\$2b\$12\$/)
    const [{ n } = { n: 0 }] = await asSuperuser<{ n: number }>('SELECT count(*)::int AS n FROM registrations')
    await asSuperuser('DELETE FROM tokens WHERE email = $1', [email])
    expect(await asSuperuser('SELECT count(*)::int AS n FROM registrations')).toEqual([{ n: n - 1 }])
  })
})

describe('with SIGN_UP=invite', () => {
  // ASVS 6.3.4
  test('the form and earlier links register no one', async () => {
    const { accountName, token } = await pending()
    setSignUp('invite')
    const before = await countRows()
    expect((await submit()).result).toEqual(conflict('registration-invitation-only'))
    expect((await finishRegistration(token, { accountName }, HERE)).status).not.toBe('ok')
    expect(await countRows()).toEqual(before)
  })
})

test('with SIGN_UP=open, the form registers the user immediately', async () => {
  setSignUp('open')
  const { result, email } = await submit()
  expect(result).toMatchObject({ status: 'ok', value: { userId: expect.any(String) } })
  expect(await userOf(email)).toMatchObject([{ verified: false }])
})
