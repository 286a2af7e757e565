import { beforeAll, describe, expect, test } from 'vitest'
import { sentence } from '@/lib/messages'
import { asSuperuser } from '../support/database'
import { expectUnchanged, expectUnchangedAfterAll } from '../support/database-state'
import { actionId, HttpClient, type HttpResponse, SESSION_COOKIE, unlessProxied } from '../support/http-client'
import * as labels from '../support/labels'
import { unique } from '../support/new-user'
import { payloadOf, piecesOf } from '../support/payload'
import { getRaw } from '../support/raw-http'
import { expectNoServerError, registerUser, words } from './attack'

// Users outside an account cannot tell it from one that does not exist: every 404 is the same (ASVS 8.4.1).

type User = Awaited<ReturnType<typeof registerUser>>
let ada: User
let eve: User
beforeAll(async () => {
  ;[ada, eve] = [await registerUser(), await registerUser()]
})

/** The response without what differs in every request. */
function essence({ status, text, headers }: HttpResponse) {
  const kept = ['cache-control', 'content-type', 'location', 'x-matched-path'].map((name) => headers.get(name))
  const nonce = headers.get('content-security-policy')?.match(/'nonce-([^']+)'/)?.[1] ?? '-'
  return { status, kept, text: text.replaceAll(nonce, 'NONCE').replace(/"[\w-]{21}[mv]"/g, '"ID"') }
}

/** The page without its scripts, which repeat the path of the request. */
function shown(response: HttpResponse) {
  const { text, ...rest } = essence(response)
  return { ...rest, text: piecesOf(text.replace(/<script\b[^>]*>.*?<\/script>/gs, '')) }
}

function expectNothingOf(user: User, { text, headers }: HttpResponse) {
  const all = `${text}${[...headers].join()}`
  for (const secret of [user.email, user.accountName]) expect(all).not.toContain(secret)
}

describe('an account page', () => {
  expectUnchangedAfterAll()

  // ASVS 8.2.2, 8.4.1
  test.each<[string, () => string]>([
    ["another account's", () => ada.slug],
    ["another account's, in capitals", () => ada.slug.toUpperCase()],
    ["another account's id", () => sessionIdOf.ada ?? ''],
    ["another account's name", () => encodeURIComponent(ada.accountName)],
    ["another account's, then a space", () => `${ada.slug}%20`],
    ...unlessProxied<[string, () => string]>(["another account's, then NUL", () => `${ada.slug}%00`]),
    ["another account's, then a slash", () => `${ada.slug}%2f`],
    ["another account's, reached from the caller's own with ..", () => `${eve.slug}%2f..%2f${ada.slug}`],
    ["another account's and the caller's own, with a comma", () => `${eve.slug},${ada.slug}`],
    ["the caller's own in capitals", () => eve.slug.toUpperCase()],
    ["the caller's own, cut short", () => eve.slug.slice(0, -1)],
    ['an unknown slug', () => 'no-such-account'],
    ['a wildcard', () => '%25'],
    ['underscores', () => '_'.repeat(eve.slug.length)],
    ['an asterisk', () => '*'],
    ['SQL', () => encodeURIComponent("' OR '1'='1")],
    ['SQL with a comment', () => encodeURIComponent(`${ada.slug}'--`)],
    ['HTML', () => encodeURIComponent('<script>alert(1)</script>')],
    ['an emoji', () => '%F0%9F%A6%A9'],
    ['a prototype name', () => '__proto__'],
    ['a constructor name', () => 'constructor'],
    ['a file name', () => 'favicon.ico'],
    ['the pattern of the route', () => '%5Bslug%5D'],
    ['undefined', () => 'undefined'],
    ['null', () => 'null'],
    ['a dash', () => '-'],
    ['65 characters', () => 'a'.repeat(65)],
    ['2,000 characters', () => 'a'.repeat(2000)],
  ])('answers the same 404 as for an unknown slug, for %s', async (_, slug) => {
    const path = slug()
    const cookie = `Cookie: ${SESSION_COOKIE}=${eve.client.session}`
    const [response, unknown] = [
      await getRaw(`/private/accounts/${path}`, [cookie]),
      await getRaw('/private/accounts/no-such-account', [cookie]),
    ]
    expect(shown(response)).toEqual(shown(unknown))
    expect(response.status).toBe(404)
    expectNothingOf(ada, response)
  })

  test.each([
    ['a lone surrogate', '%ED%A0%80'],
    ['an invalid byte', '%ff'],
  ])('rejects a malformed slug: %s', async (_, slug) => {
    const response = await getRaw(`/private/accounts/${slug}`, [`Cookie: ${SESSION_COOKIE}=${eve.client.session}`])
    expect([400, 404]).toContain(response.status)
    for (const user of [ada, eve]) expectNothingOf(user, response)
  })

  // ASVS 8.2.3, 8.4.1
  test('reveals nothing of another account in a payload or a prefetch', async () => {
    for (const headers of [
      { rsc: '1' },
      { rsc: '1', 'next-router-prefetch': '1' },
      { rsc: '1', 'next-router-segment-prefetch': '/_tree' },
    ] as Record<string, string>[]) {
      const [foreign, unknown] = [
        await eve.client.get(`/private/accounts/${ada.slug}`, headers),
        await eve.client.get(`/private/accounts/heron-0123456789`, headers),
      ]
      expectNothingOf(ada, foreign)
      const [one, other] = [essence(foreign), essence(unknown)]
      expect(payloadOf(one.text.replaceAll(ada.slug, 'SLUG'))).toEqual(payloadOf(other.text.replaceAll('heron-0123456789', 'SLUG')))
      expect([one.status, one.kept]).toEqual([other.status, other.kept])
    }
  })

  test('redirects to sign-in without a session, for a known and an unknown slug', async () => {
    const [known, unknown] = [
      await new HttpClient().get(`/private/accounts/${ada.slug}`),
      await new HttpClient().get('/private/accounts/no-such-account'),
    ]
    expect(known.status).toBe(307)
    expect(known.location?.replace(ada.slug, '')).toBe(unknown.location?.replace('no-such-account', ''))
  })

  test('opens for a member', async () => {
    const response = await ada.client.get(`/private/accounts/${ada.slug}`)
    expect(response.status).toBe(200)
    for (const word of [ada.accountName, ada.email, '(you)']) expect(response.text).toContain(word)
  })
})

const sessionIdOf: { ada?: string } = {}
beforeAll(async () => {
  const [account] = await asSuperuser<{ id: string }>('SELECT id FROM accounts WHERE slug = $1', [ada.slug])
  sessionIdOf.ada = account?.id
})

describe("an action sent to another account's page", () => {
  test.each([
    ['change the profile', '/private/settings', labels.save, { name: 'Eve' }],
    ['choose the theme', '/private', 'Dark', { theme: 'dark' }],
  ])('neither shows nor changes that account: %s', async (_, home, button, fields) => {
    const hidden = await eve.client.form(home, button)
    const [before] = await asSuperuser('SELECT md5(string_agg(users::text, $2)) AS sum FROM users WHERE email <> $1', [eve.email, ''])
    for (const path of [`/private/accounts/${ada.slug}`, '/private/accounts/no-such-account']) {
      for (const response of [
        await eve.client.copy().post(path, { ...hidden, ...fields }),
        await eve.client.copy().call(path, actionId(hidden), button === labels.save ? [{ status: 'idle' }, '$K1'] : ['$K1'], fields),
      ]) {
        expectNoServerError(response)
        expectNothingOf(ada, response)
      }
    }
    const [after] = await asSuperuser('SELECT md5(string_agg(users::text, $2)) AS sum FROM users WHERE email <> $1', [eve.email, ''])
    expect(after).toEqual(before)
  })

  // ASVS 8.2.2, 15.3.3
  test('creates an account without reading an account, user, role, or slug from extra fields', async () => {
    const hidden = await eve.client.form('/private/accounts/new', labels.createAccount)
    const accountName = unique('Skua')
    const response = await eve.client.post('/private/accounts/new', {
      ...hidden,
      accountName,
      accountId: sessionIdOf.ada ?? '',
      userId: sessionIdOf.ada ?? '',
      slug: ada.slug,
      role: 'OWNER',
      'owner[email]': ada.email,
    })
    expect(response.status).toBe(303)
    const owners = await asSuperuser<{ email: string }>(
      'SELECT email FROM users JOIN memberships ON user_id = users.id JOIN accounts ON accounts.id = account_id WHERE accounts.name = $1',
      [accountName],
    )
    expect(owners).toEqual([{ email: eve.email }])
    expect((await eve.client.get(`/private/accounts/${ada.slug}`)).status).toBe(404)
  })

  test('rejects the name of another account in any spelling, and does not reveal its slug', async () => {
    const hidden = await eve.client.form('/private/accounts/new', labels.createAccount)
    const wide = [...ada.accountName]
      .map((letter) => (/[!-~]/.test(letter) ? String.fromCharCode(letter.charCodeAt(0) + 0xfee0) : letter))
      .join('')
    for (const accountName of [
      ada.accountName,
      ada.accountName.toUpperCase(),
      ` ${ada.accountName}  `,
      ada.accountName.replace(' ', '   '),
      ada.accountName.replace(' ', '\u00a0'),
      wide,
    ]) {
      const response = await expectUnchanged(() => eve.client.post('/private/accounts/new', { ...hidden, accountName }))
      expect([response.status, response.location]).toEqual([200, null])
      expect(response.text).toContain(sentence('account-name-taken'))
      expect(response.text).not.toContain(ada.slug)
    }
  })
})

// ASVS 15.4.1
describe('contains no other user’s data under parallel requests', () => {
  expectUnchangedAfterAll()

  test.each(words`
    / /private /private/settings /private/settings/activity /private/accounts/new /private/accounts/OWN /private/nothing /api/auth/session /login
    /api/health/ready
  `)('%s', async (path) => {
    const people = [ada, eve]
    const rounds = Array.from({ length: 6 }, (_, index) => [people[index % 2] as User, people[(index + 1) % 2] as User] as const)
    await Promise.all(
      rounds.map(async ([own, other], index) => {
        const response = await own.client.copy().get(path.replace('OWN', own.slug), index > 3 ? { rsc: '1' } : {})
        expectNoServerError(response)
        expectNothingOf(other, response)
        if (/^\/private($|\/settings|\/accounts)/.test(path)) expect(response.text).toContain(own.email)
      }),
    )
  })
})
