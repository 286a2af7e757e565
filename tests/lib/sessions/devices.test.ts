import { describe, expect, test } from 'vitest'
import { deviceIdFrom } from '@/lib/http/device-id'
import { counterOf } from '@/lib/http/limits/counters'
import { RateLimited } from '@/lib/http/limits/rate-limited'
import { LIMITS } from '@/lib/http/limits/table'
import { withUser } from '@/lib/platform/db'
import { deviceName } from '@/lib/sessions/device-name'
import { isKnownDevice } from '@/lib/sessions/devices'
import { startSession } from '@/lib/sessions/sessions'
import { changePassword, replacePassword } from '@/lib/users/password'
import { authenticate } from '@/lib/users/users'
import { asSuperuser } from '../../support/database'
import { queuedMails } from '../../support/mail-jobs'
import { ownerScope, PASSWORD, plainUser, REQUEST, registerPerson, unique } from '../../support/people'

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0'

async function someone() {
  const email = `${unique('person')}@example.com`
  return { email, userId: await plainUser(email) }
}

const signInFrom = (userId: string, id: string, notifyIfNew = true, request = REQUEST) =>
  startSession(userId, { remembered: false, request, device: { id, notifyIfNew } })

const devicesOf = (userId: string) => asSuperuser('SELECT encode(id_hash, $2) AS hash FROM devices WHERE user_id = $1', [userId, 'escape'])

describe('a browser', () => {
  test('is known for those who have signed in from it, and for nobody else', async () => {
    const [ada, eve] = [await someone(), await someone()]
    const id = deviceIdFrom(undefined)
    expect(await isKnownDevice(ada.userId, id)).toBe(false)
    await signInFrom(ada.userId, id)
    expect(await isKnownDevice(ada.userId, id)).toBe(true)
    expect(await isKnownDevice(eve.userId, id)).toBe(false)
    expect(await isKnownDevice(null, id)).toBe(false)
    expect(await isKnownDevice(ada.userId, deviceIdFrom(undefined))).toBe(false)
    await signInFrom(eve.userId, id)
    expect([await isKnownDevice(ada.userId, id), await isKnownDevice(eve.userId, id)]).toEqual([true, true])
  })

  test.each([undefined, '', 'x', 'x'.repeat(5_000), "' OR 1=1 --".padEnd(43, '-'), 'é'.repeat(43)])(
    'is none that carries %j, and gets an id',
    async (value) => {
      const { userId } = await someone()
      expect(await isKnownDevice(userId, value)).toBe(false)
      expect(deviceIdFrom(value)).toMatch(/^[\w-]{43}$/)
      expect(deviceIdFrom(value)).not.toBe(value)
    },
  )

  test('is stored under a hash alone', async () => {
    const { userId } = await someone()
    const id = deviceIdFrom(undefined)
    await signInFrom(userId, id)
    expect(deviceIdFrom(id)).toBe(id)
    expect(JSON.stringify(await devicesOf(userId))).not.toContain(id)
  })

  test('is one of twenty at most: those not seen for longest are forgotten', async () => {
    const { userId } = await someone()
    const ids = Array.from({ length: 22 }, () => deviceIdFrom(undefined))
    for (const id of ids.slice(0, 20)) await signInFrom(userId, id, false)
    await signInFrom(userId, ids[0] ?? '', false) // seen again
    for (const id of ids.slice(20)) await signInFrom(userId, id, false)
    const known = await Promise.all(ids.map((id) => isKnownDevice(userId, id)))
    expect(known.flatMap((each, index) => (each ? [] : [index]))).toEqual([1, 2])
    expect(await devicesOf(userId)).toHaveLength(20)
  })
})

describe('a new browser', () => {
  test('is told by mail once, in words, with the session that begins there', async () => {
    const { userId, email } = await someone()
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

  test('in which someone has just registered is known, and not told', async () => {
    const { userId, email } = await someone()
    const id = deviceIdFrom(undefined)
    await signInFrom(userId, id, false)
    expect(await queuedMails(email)).toEqual([])
    expect(await isKnownDevice(userId, id)).toBe(true)
  })

  test('of a session that did not begin is neither known nor told', async () => {
    const userId = crypto.randomUUID() // there is no such person
    await expect(signInFrom(userId, deviceIdFrom(undefined))).rejects.toThrow()
    expect(await devicesOf(userId)).toEqual([])
  })
})

describe('browsers and passwords', () => {
  test.each(['user.password-changed', 'user.password-reset'] as const)('%s forgets all but the one it came about in', async (kind) => {
    const { userId, email } = await someone()
    const [own, thiefs] = [deviceIdFrom(undefined), deviceIdFrom(undefined)]
    for (const id of [own, thiefs]) await signInFrom(userId, id)
    const device = { id: own, notifyIfNew: false }
    await withUser(userId, (tx) => replacePassword(tx, { id: userId, email }, { passwordHash: 'x', kind, request: REQUEST, device }))
    expect([await isKnownDevice(userId, own), await isKnownDevice(userId, thiefs)]).toEqual([true, false])
    await withUser(userId, (tx) => replacePassword(tx, { id: userId, email }, { passwordHash: 'x', kind, request: REQUEST }))
    expect(await isKnownDevice(userId, own)).toBe(false)
  })

  test('a thief whose browser was told of is told of again, once the password is another', async () => {
    const owner = await ownerScope()
    const thiefs = deviceIdFrom(undefined)
    await signInFrom(owner.user.id, thiefs)
    expect(await changePassword(owner, { currentPassword: PASSWORD, password: 'eleven grey pelicans' }, REQUEST)).toMatchObject({
      status: 'ok',
    })
    await signInFrom(owner.user.id, thiefs)
    expect((await queuedMails(owner.user.email)).map(({ template }) => template)).toEqual(['new-device', 'password-changed', 'new-device'])
  })

  test('the owner gets in from one of theirs while others guess', async () => {
    const { userId, email } = await registerPerson()
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

test.each([
  [FIREFOX, 'Firefox on Windows'],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
    'Safari on macOS',
  ],
  ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36', 'Chrome on Linux'],
  ['Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36', 'Chrome on Android'],
  ['A test', 'An unknown browser'],
  ['Free money at evil.example/1.0 (Windows NT 10.0)', 'An unknown browser'],
  ['x'.repeat(512), 'An unknown browser'],
  ['', 'An unknown browser'],
  [null, 'An unknown browser'],
])('%s is %s', (userAgent, name) => {
  expect(deviceName(userAgent)).toBe(name)
})
