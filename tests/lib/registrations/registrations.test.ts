import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { deviceIdFrom } from '@/lib/http/device-id'
import { RateLimited } from '@/lib/http/limits/rate-limited'
import { conflict, invalid } from '@/lib/outcome'
import { env } from '@/lib/platform/env'
import { findRegistration, finishRegistration } from '@/lib/registrations/registrations'
import { signUp } from '@/lib/registrations/sign-up'
import { atOnce } from '../../support/at-once'
import { asSuperuser, countRows } from '../../support/database'
import { expireLinks, linksTo } from '../../support/links'
import { newestToken, queuedMails } from '../../support/mail-jobs'
import { ownerScope, PASSWORD, plainUser, REQUEST, unique } from '../../support/people'

const DEVICE = deviceIdFrom(undefined)
const HERE = { request: REQUEST, deviceId: DEVICE }

function under(mode: 'open' | 'verify' | 'invite') {
  env().SIGN_UP = mode
}
beforeAll(() => under('verify'))
afterEach(() => under('verify'))

/** Registers by the form, and does what is put off at once. */
async function ask({ accountName = unique('Account'), email = `${unique('person')}@example.com`, callbackUrl = '/private' } = {}) {
  const later: (() => Promise<void>)[] = []
  const result = await signUp(
    { accountName, email, password: PASSWORD },
    { request: REQUEST, deviceId: DEVICE, callbackUrl, defer: (work) => void later.push(work) },
  )
  for (const work of later) await work()
  return { result, accountName, email, putOff: later.length }
}

async function waiting() {
  const { accountName, email } = await ask()
  return { accountName, email, token: await newestToken(email) }
}

const userOf = (email: string) =>
  asSuperuser(
    `SELECT u.email_verified_at IS NOT NULL AS verified, m.role, a.name FROM users u JOIN memberships m ON m.user_id = u.id
       JOIN accounts a ON a.id = m.account_id WHERE u.email = $1`,
    [email],
  )

describe('a link opened in another browser than it was asked for in', () => {
  const elsewhere = () => ({ request: REQUEST, deviceId: deviceIdFrom(undefined) })

  test.each([undefined, '', 'the password of somebody else'])('is refused with the password %j, and stays good', async (password) => {
    const { accountName, email, token } = await waiting()
    const before = await countRows()
    for (const where of [elsewhere(), { request: REQUEST, deviceId: undefined }]) {
      expect(await finishRegistration(token, { accountName, password }, where)).toMatchObject(invalid({ password: expect.any(String) }))
    }
    expect([await countRows(), await userOf(email)]).toEqual([before, []])
    expect((await finishRegistration(token, { accountName }, HERE)).status).toBe('ok')
  })

  test('takes the password that was chosen', async () => {
    const { accountName, token } = await waiting()
    expect((await finishRegistration(token, { accountName, password: PASSWORD }, elsewhere())).status).toBe('ok')
  })

  test('whoever registers with a stranger’s address cannot have them finish it with the password of another', async () => {
    const { accountName, email } = await waiting() // the stranger, in a browser of theirs
    await ask({ email, accountName: `${accountName} too` }) // and somebody else after them: here it is the one of DEVICE
    const newest = await newestToken(email)
    const stranger = { request: REQUEST, deviceId: deviceIdFrom(undefined) }
    const finished = await finishRegistration(newest, { accountName, password: 'the password of the stranger' }, stranger)
    expect([finished.status === 'ok', await userOf(email)]).toEqual([false, []])
  })
})

test('an address is sent five links an hour, whoever asks', async () => {
  const email = `${unique('person')}@example.com`
  for (let n = 0; n < 5; n += 1) await ask({ email })
  await expect(ask({ email })).rejects.toThrow(RateLimited)
  expect(await queuedMails(email)).toHaveLength(5)
})

describe('where an address is proven first', () => {
  test('nothing is created before the link, and everything by it, at once', async () => {
    const before = await countRows()
    const { result, accountName, email } = await ask()
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

  test('a taken address is answered as a free one, and gets another mail', async () => {
    const taken = `${unique('taken')}@example.com`
    await plainUser(taken)
    const before = await countRows()
    const [one, other] = [await ask({ email: taken }), await ask()]
    expect([one.result, one.putOff]).toEqual([other.result, other.putOff])
    expect(await queuedMails(taken)).toEqual([{ template: 'already-registered', props: { url: 'http://localhost:3000/login' } }])
    expect([await linksTo(taken), await countRows()]).toEqual([[], before])
  })

  test('a taken account name is refused beside its field, whoever the address belongs to', async () => {
    const { account, user } = await ownerScope()
    const before = await countRows()
    for (const email of [user.email, `${unique('free')}@example.com`]) {
      const { result, putOff } = await ask({ accountName: account.name.toUpperCase(), email })
      expect(result).toEqual(invalid({ accountName: 'account-name-taken' }))
      expect(putOff).toBe(0)
    }
    expect(await countRows()).toEqual(before)
  })

  test('where one wanted to go stands in the link, and in that of someone who has registered already', async () => {
    const { email } = await ask({ callbackUrl: '/private/settings?tab=1' })
    expect((await queuedMails(email)).at(-1)?.props.url).toMatch(/\/verify-email\/[\w-]{43}\?callbackUrl=%2Fprivate%2Fsettings%3Ftab%3D1$/)
    const { user } = await ownerScope()
    for (const [callbackUrl, query] of [
      ['/private/settings', '?callbackUrl=%2Fprivate%2Fsettings'],
      ['/private', ''],
    ]) {
      await ask({ email: user.email, callbackUrl })
      expect((await queuedMails(user.email)).at(-1)?.props.url).toBe(`http://localhost:3000/login${query}`)
    }
  })

  test('a weak password is refused beside its field', async () => {
    const registration = { accountName: unique('A'), email: 'x@example.com', password: 'password1' }
    const result = await signUp(registration, {
      request: REQUEST,
      deviceId: DEVICE,
      callbackUrl: '/private',
      defer: () => expect.unreachable(),
    })
    expect(result).toMatchObject(invalid({ password: expect.any(String) }))
  })

  test('a name is not kept: taken meanwhile, the link asks for another and is still good', async () => {
    const [one, other] = [await waiting(), await waiting()]
    await finishRegistration(other.token, { accountName: one.accountName }, HERE)
    const refused = await finishRegistration(one.token, { accountName: one.accountName }, HERE)
    expect(refused).toEqual(invalid({ accountName: 'account-name-taken' }))
    expect(await userOf(one.email)).toEqual([])
    const accountName = unique('Another')
    expect((await finishRegistration(one.token, { accountName }, HERE)).status).toBe('ok')
    expect(await userOf(one.email)).toMatchObject([{ name: accountName }])
  })

  test.each([
    ['half a minute before its end is good', '30 seconds', true],
    ['at its end is not', '0 seconds', false],
  ])('a link %s', async (_, end, isGood) => {
    const { email, accountName, token } = await waiting()
    await expireLinks(email, end)
    expect((await findRegistration(token, DEVICE)) !== null).toBe(isGood)
    expect((await finishRegistration(token, { accountName }, HERE)).status === 'ok').toBe(isGood)
    expect(await userOf(email)).toHaveLength(isGood ? 1 : 0)
  })

  test('the newest link alone is good', async () => {
    const { email, accountName, token } = await waiting()
    const second = await ask({ email })
    expect((await finishRegistration(token, { accountName }, HERE)).status).not.toBe('ok')
    expect((await finishRegistration(await newestToken(email), { accountName: second.accountName }, HERE)).status).toBe('ok')
    expect(await userOf(email)).toMatchObject([{ name: second.accountName }])
  })

  test('five at once leave one link', async () => {
    const email = `${unique('person')}@example.com`
    await atOnce(5, () => ask({ email }))
    expect(await linksTo(email)).toEqual(['registration'])
  })

  test('fifty at once use a link once', async () => {
    const { email, accountName, token } = await waiting()
    const results = await atOnce(50, () => finishRegistration(token, { accountName }, HERE))
    expect(results.filter(({ status }) => status === 'ok')).toHaveLength(1)
    expect(await userOf(email)).toHaveLength(1)
  }, 60_000)

  test('pressed twice, under another name the second time, it makes one account', async () => {
    const { email, accountName, token } = await waiting()
    const results = await atOnce(2, (n) => finishRegistration(token, { accountName: `${accountName} ${n}` }, HERE))
    expect(results.map(({ status }) => status === 'ok').sort()).toEqual([false, true])
    expect(await userOf(email)).toHaveLength(1)
  })

  test('an address that was registered another way meanwhile is refused, and nothing is created', async () => {
    const { email, accountName, token } = await waiting()
    await plainUser(email)
    const before = await countRows()
    const result = await finishRegistration(token, { accountName }, HERE)
    expect(result).toMatchObject(conflict('email-taken-sign-in'))
    expect(await countRows()).toEqual(before)
  })

  test('what waits holds no password, and goes with its link', async () => {
    const { email } = await waiting()
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

describe('where it takes an invitation', () => {
  test('nobody registers by the form, nor by a link from before', async () => {
    const { accountName, token } = await waiting()
    under('invite')
    const before = await countRows()
    expect((await ask()).result).toEqual(conflict('registration-invitation-only'))
    expect((await finishRegistration(token, { accountName }, HERE)).status).not.toBe('ok')
    expect(await countRows()).toEqual(before)
  })
})

test('where it is open, the form registers at once', async () => {
  under('open')
  const { result, email } = await ask()
  expect(result).toMatchObject({ status: 'ok', value: { userId: expect.any(String) } })
  expect(await userOf(email)).toMatchObject([{ verified: false }])
})
