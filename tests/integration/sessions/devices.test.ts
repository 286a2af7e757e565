import { describe, expect, test } from 'vitest'
import { deviceIdFrom } from '@/lib/http/device-id'
import { counterOf } from '@/lib/http/limits/counters'
import { RateLimited } from '@/lib/http/limits/rate-limited'
import { LIMITS } from '@/lib/http/limits/table'
import { withUser } from '@/lib/platform/db'
import { startSession } from '@/lib/sessions/sessions'
import { changePassword, replacePassword } from '@/lib/users/password'
import { authenticate } from '@/lib/users/users'
import { asSuperuser } from '../../support/database'
import { queuedMails } from '../../support/mail-jobs'
import { createUser, ownerScope, PASSWORD, REQUEST, registerUser, unique } from '../../support/people'
import { knowsDevice } from '../../support/sessions'

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0'

async function newUser() {
  const email = `${unique('person')}@example.com`
  return { email, userId: await createUser(email) }
}

const signInFrom = (userId: string, id: string, notifyIfNew = true, request = REQUEST) =>
  startSession(userId, { remembered: false, request, device: { id, notifyIfNew } })

const devicesOf = (userId: string) => asSuperuser('SELECT encode(id_hash, $2) AS hash FROM devices WHERE user_id = $1', [userId, 'escape'])

describe('known browsers', () => {
  // ASVS 8.2.4
  test('are known only for the users who signed in from them', async () => {
    const [ada, eve] = [await newUser(), await newUser()]
    const id = deviceIdFrom(undefined)
    expect(await knowsDevice(ada.userId, id)).toBe(false)
    await signInFrom(ada.userId, id)
    expect(await knowsDevice(ada.userId, id)).toBe(true)
    expect(await knowsDevice(eve.userId, id)).toBe(false)
    expect(await knowsDevice(null, id)).toBe(false)
    expect(await knowsDevice(ada.userId, deviceIdFrom(undefined))).toBe(false)
    await signInFrom(eve.userId, id)
    expect([await knowsDevice(ada.userId, id), await knowsDevice(eve.userId, id)]).toEqual([true, true])
  })

  test.each([undefined, '', 'x', 'x'.repeat(5_000), "' OR 1=1 --".padEnd(43, '-'), 'é'.repeat(43)])(
    'treats the cookie value %j as unknown, and issues an id',
    async (value) => {
      const { userId } = await newUser()
      expect(await knowsDevice(userId, value)).toBe(false)
      expect(deviceIdFrom(value)).toMatch(/^[\w-]{43}$/)
      expect(deviceIdFrom(value)).not.toBe(value)
    },
  )

  // ASVS 14.2.4
  test('are stored only as a hash', async () => {
    const { userId } = await newUser()
    const id = deviceIdFrom(undefined)
    await signInFrom(userId, id)
    expect(deviceIdFrom(id)).toBe(id)
    expect(JSON.stringify(await devicesOf(userId))).not.toContain(id)
  })

  test('are limited to twenty for each user, and the least recently used are removed', async () => {
    const { userId } = await newUser()
    const ids = Array.from({ length: 22 }, () => deviceIdFrom(undefined))
    for (const id of ids.slice(0, 20)) await signInFrom(userId, id, false)
    await signInFrom(userId, ids[0] ?? '', false) // used again
    for (const id of ids.slice(20)) await signInFrom(userId, id, false)
    const known = await Promise.all(ids.map((id) => knowsDevice(userId, id)))
    expect(known.flatMap((isKnown, index) => (isKnown ? [] : [index]))).toEqual([1, 2])
    expect(await devicesOf(userId)).toHaveLength(20)
  })
})

describe('signing in from a new browser', () => {
  // ASVS 6.3.5
  test('sends one email that names the browser, the IP address, and the time', async () => {
    const { userId, email } = await newUser()
    const id = deviceIdFrom(undefined)
    await signInFrom(userId, id, true, { ip: '198.51.100.4', userAgent: FIREFOX })
    await signInFrom(userId, id)
    const [mail, ...more] = await queuedMails(email)
    expect(more).toEqual([])
    expect(mail).toMatchObject({
      template: 'new-device',
      props: { device: 'Firefox on Windows', address: '198.51.100.4', url: 'http://localhost:3000/private/settings/sessions' },
    })
    expect(Math.abs(Date.parse(mail?.props.at ?? '') - Date.now())).toBeLessThan(60_000)
  })

  test('sends no email for the browser that registered', async () => {
    const { userId, email } = await newUser()
    const id = deviceIdFrom(undefined)
    await signInFrom(userId, id, false)
    expect(await queuedMails(email)).toEqual([])
    expect(await knowsDevice(userId, id)).toBe(true)
  })

  test('stores no browser when the session could not be created', async () => {
    const userId = crypto.randomUUID() // no such user
    await expect(signInFrom(userId, deviceIdFrom(undefined))).rejects.toThrow()
    expect(await devicesOf(userId)).toEqual([])
  })
})

describe('known browsers and passwords', () => {
  test.each(['user.password-changed', 'user.password-reset'] as const)('%s removes every browser except the current one', async (kind) => {
    const { userId, email } = await newUser()
    const [current, attackers] = [deviceIdFrom(undefined), deviceIdFrom(undefined)]
    for (const id of [current, attackers]) await signInFrom(userId, id)
    const device = { id: current, notifyIfNew: false }
    await withUser(userId, (tx) => replacePassword(tx, { id: userId, email }, { passwordHash: 'x', kind, request: REQUEST, device }))
    expect([await knowsDevice(userId, current), await knowsDevice(userId, attackers)]).toEqual([true, false])
    await withUser(userId, (tx) => replacePassword(tx, { id: userId, email }, { passwordHash: 'x', kind, request: REQUEST }))
    expect(await knowsDevice(userId, current)).toBe(false)
  })

  test("a changed password makes an attacker's browser new again, so it is reported again", async () => {
    const owner = await ownerScope()
    const attackers = deviceIdFrom(undefined)
    await signInFrom(owner.user.id, attackers)
    expect(await changePassword(owner, { currentPassword: PASSWORD, password: 'eleven grey pelicans' }, REQUEST)).toMatchObject({
      status: 'ok',
    })
    await signInFrom(owner.user.id, attackers)
    expect((await queuedMails(owner.user.email)).map(({ template }) => template)).toEqual(['new-device', 'password-changed', 'new-device'])
  })

  // ASVS 6.3.1
  test('let the user sign in while an attacker guesses the password', async () => {
    const { userId, email } = await registerUser()
    const device = deviceIdFrom(undefined)
    await signInFrom(userId, device, false)
    const options = { request: REQUEST, defer: (work: () => Promise<void>) => void work() }
    await counterOf('sign-in-failures', 'email', { email }).consume(LIMITS['sign-in-failures'].email.points)
    expect(await authenticate({ email, password: 'a guess' }, options)).toBeNull()
    await expect(authenticate({ email, password: PASSWORD }, options)).rejects.toThrow(RateLimited)
    await expect(authenticate({ email, password: PASSWORD }, { ...options, device: deviceIdFrom(undefined) })).rejects.toThrow(RateLimited)
    expect(await authenticate({ email, password: PASSWORD }, { ...options, device })).toMatchObject({ userId })
  }, 60_000)
})
