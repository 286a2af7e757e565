import { beforeAll, describe, expect, test } from 'vitest'
import { sentence } from '@/lib/messages'
import { expectUnchanged, expectUnchangedAfterAll } from '../support/database-state'
import { actionId, type Fields, HttpClient, type HttpResponse, ORIGIN, SESSION_COOKIE } from '../support/http-client'
import * as labels from '../support/labels'
import { newUser, PASSWORD, unique } from '../support/new-user'
import { sendRaw } from '../support/raw-http'
import { expectNoServerError, flashIn, registerUser, signIn } from './attack'

// Requests that change something are accepted only from pages of this origin (CSRF).

type Sender = { origin: string | null; headers?: Record<string, string> }

let user: Awaited<ReturnType<typeof registerUser>>
beforeAll(async () => {
  user = await registerUser(newUser(), { isConfirmed: false })
})

const host = new URL(ORIGIN).host
const SENDERS: [string, Sender][] = [
  ['neither Origin nor Sec-Fetch-Site', { origin: null }],
  ['nothing but a Referer of this origin', { origin: null, headers: { referer: `${ORIGIN}/login` } }],
  ['a foreign Origin', { origin: 'https://evil.example' }],
  ['an Origin that begins with this one', { origin: `${ORIGIN}.evil.example` }],
  ['an Origin with another port', { origin: `${ORIGIN.replace(/:\d+$/, '')}:1` }],
  ['the Origin null', { origin: 'null' }],
  ['an Origin that is not a URL', { origin: host }],
  [
    'a foreign Origin and a matching X-Forwarded-Host',
    { origin: 'https://evil.example', headers: { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' } },
  ],
  ['Sec-Fetch-Site: cross-site', { origin: ORIGIN, headers: { 'sec-fetch-site': 'cross-site' } }],
  ['Sec-Fetch-Site: same-site', { origin: ORIGIN, headers: { 'sec-fetch-site': 'same-site' } }],
  ['Sec-Fetch-Site: none', { origin: ORIGIN, headers: { 'sec-fetch-site': 'none' } }],
  ['a foreign Origin and Sec-Fetch-Site: cross-site', { origin: 'https://evil.example', headers: { 'sec-fetch-site': 'cross-site' } }],
]

const changeProfile = (sender: Sender) => user.client.copy().submit('/private/settings', labels.save, { name: unique('Name') }, sender)

/** The changes that a form or an endpoint makes, sent as without JavaScript. */
const CHANGES: [string, (sender: Sender) => Promise<HttpResponse>][] = [
  [
    'registering',
    (sender) => {
      const { accountName, email, password } = newUser()
      return new HttpClient().submit('/register', labels.createAccount, { accountName, email, password }, sender)
    },
  ],
  ['signing in', (sender) => new HttpClient().submit('/login', labels.signIn, { email: user.email, password: PASSWORD }, sender)],
  ['signing out', (sender) => user.client.copy().submit('/private', labels.signOut, {}, sender)],
  ['choosing the appearance', (sender) => user.client.copy().submit('/private', 'Dark', { theme: 'dark' }, sender)],
  [
    'creating an account',
    (sender) => user.client.copy().submit('/private/accounts/new', labels.createAccount, { accountName: unique('Gull') }, sender),
  ],
  ['changing the profile', changeProfile],
  [
    'requesting a change of email',
    (sender) => user.client.copy().submit('/private/settings/email', labels.changeEmail, { email: newUser().email }, sender),
  ],
  ['resending the confirmation link', (sender) => user.client.copy().submit('/private', labels.sendNewLink, {}, sender)],
  [
    'requesting a password reset link',
    (sender) => new HttpClient().submit('/forgot-password', labels.sendResetLink, { email: user.email }, sender),
  ],
  ['signing out with the endpoint', (sender) => byEndpoint(user.client.copy(), 'signout', {}, sender)],
  [
    'signing in with the endpoint',
    (sender) => byEndpoint(new HttpClient(), 'callback/credentials', { email: user.email, password: PASSWORD }, sender),
  ],
]

async function byEndpoint(client: HttpClient, path: string, fields: Record<string, string>, sender: Sender) {
  const { csrfToken } = JSON.parse((await client.get('/api/auth/csrf')).text)
  return client.request(`/api/auth/${path}`, { method: 'POST', body: new URLSearchParams({ csrfToken, ...fields }), ...sender })
}

const setsSomething = ({ setCookies }: HttpResponse) =>
  setCookies.filter((line) => line.startsWith(SESSION_COOKIE) || line.startsWith('atrium.theme'))

describe.each(CHANGES)('%s', (_, change) => {
  // ASVS 3.5.1, 3.7.5
  test.each(SENDERS)('is rejected with %s', async (_, sender) => {
    const response = await expectUnchanged(() => change(sender))
    expectNoServerError(response)
    expect(response.status).toBeGreaterThanOrEqual(400)
    expect(setsSomething(response)).toEqual([])
  })
})

// ASVS 3.5.1
describe('rejects an action called by a script of another site', () => {
  test.each([
    [
      'registering',
      '/register',
      labels.createAccount,
      [{ status: 'idle' }, '$K1'],
      () => ({ accountName: unique('Gull'), email: newUser().email, password: PASSWORD }),
    ],
    ['signing in', '/login', labels.signIn, [{ status: 'idle' }, '$K1'], () => ({ email: user.email, password: PASSWORD })],
    ['signing out', '/private', labels.signOut, [], () => ({})],
    ['choosing the appearance', '/private', 'Dark', ['$K1'], () => ({ theme: 'dark' })],
    [
      'creating an account',
      '/private/accounts/new',
      labels.createAccount,
      [{ status: 'idle' }, '$K1'],
      () => ({ accountName: unique('Gull') }),
    ],
    ['changing the profile', '/private/settings', labels.save, [{ status: 'idle' }, '$K1'], () => ({ name: unique('Name') })],
  ] as [string, string, string, unknown[], () => Record<string, string>][])('%s', async (_, path, button, args, fields) => {
    const client = path.startsWith('/private') ? user.client : new HttpClient()
    const id = actionId(await client.form(path, button))
    for (const [what, sender] of SENDERS) {
      const response = await expectUnchanged(() => client.copy().call(path, id, args, fields(), sender))
      expect(response.status, what).toBeGreaterThanOrEqual(400)
      expect(response.status, what).toBeLessThan(500)
      expect(setsSomething(response)).toEqual([])
    }
  })
})

test.each([
  ['no Origin', { email: 'x', password: 'x' }, null],
  ['a foreign Origin', { email: 'x', password: 'x' }, 'https://evil.example'],
  ['a field twice', { email: ['x', 'y'], password: 'x' }, ORIGIN],
] as [string, Fields, string | null][])(
  'answers a form with %s with 403 or 404, and with a sentence if the response is text',
  async (_, fields, origin) => {
    const { status, text, headers } = await new HttpClient().submit('/login', labels.signIn, fields, { origin })
    expect([403, 404]).toContain(status)
    if (headers.get('content-type')?.startsWith('text/plain')) expect(text).toMatch(/^[A-Z].+\.\s*$/)
  },
)

describe('accepts the same request from this origin', () => {
  test.each(CHANGES)('%s', async (_, change) => {
    user.client = await signIn(user)
    const response = await change({ origin: ORIGIN })
    expect(response.status).toBeLessThan(400)
  })

  test('as a call by a script', async () => {
    user.client = await signIn(user)
    const id = actionId(await user.client.form('/private/settings', labels.save))
    const response = await user.client.call('/private/settings', id, [{ status: 'idle' }, '$K1'], { name: unique('Name') })
    expect(response.text).toContain(sentence('profile-saved'))
  })

  test('with Sec-Fetch-Site and no Origin', async () => {
    user.client = await signIn(user)
    const response = await changeProfile({ origin: null, headers: { 'sec-fetch-site': 'same-origin' } })
    expect(flashIn(response)).toBe(sentence('profile-saved'))
  })
})

describe('a link', () => {
  expectUnchangedAfterAll()

  // ASVS 3.5.3, 7.6.2, 14.2.1
  test.each([
    '/login?email=EMAIL&password=PASSWORD',
    '/register?accountName=Linked&email=linked@example.com&password=PASSWORD',
    '/private/settings?name=Linked',
    '/private/accounts/new?accountName=Linked',
    '/private?theme=dark',
    '/?theme=dark',
    '/api/auth/signout?csrfToken=CSRF&callbackUrl=/',
    '/api/auth/callback/credentials?csrfToken=CSRF&email=EMAIL&password=PASSWORD',
    '/api/auth/signin/credentials?csrfToken=CSRF&email=EMAIL&password=PASSWORD',
    '/api/auth/session?csrfToken=CSRF&update=1',
    '/private?$ACTION_ID_SIGNOUT=',
    '/?Next-Action=SIGNOUT',
    '/logout',
    '/signout',
    '/api/auth/logout',
  ])('changes nothing when followed: %s', async (link) => {
    const client = await personBrowser()
    const { csrfToken } = JSON.parse((await client.get('/api/auth/csrf')).text)
    const id = actionId(await client.form('/private', labels.signOut))
    const path = link
      .replace('CSRF', csrfToken)
      .replace('EMAIL', encodeURIComponent(user.email))
      .replace('PASSWORD', encodeURIComponent(PASSWORD))
      .replace('SIGNOUT', id)
    const [sessionId, responses] = [client.session, [] as HttpResponse[]]
    for (const headers of [{}, { 'next-action': id }, { 'content-type': 'application/x-www-form-urlencoded' }] as Record<string, string>[])
      responses.push(await client.get(path, headers))
    for (const response of responses) {
      expectNoServerError(response)
      expect(setsSomething(response)).toEqual([])
    }
    expect(client.session).toBe(sessionId)
    expect((await client.get('/private')).status).toBe(200)
  })
})

/** @returns a client in which the user is signed in */
async function personBrowser() {
  if ((await user.client.get('/private')).status !== 200) user.client = await signIn(user)
  return user.client.copy()
}

// ASVS 3.4.2, 3.5.8
test.each(['/', '/login', '/private/settings', '/api/auth/session', '/api/auth/csrf', '/api/health/ready'])(
  'does not allow other origins to read %s',
  async (path) => {
    const preflight = await sendRaw(
      `OPTIONS ${path} HTTP/1.1\nHost: ${host}\nOrigin: https://evil.example\nAccess-Control-Request-Method: POST\nAccess-Control-Request-Headers: next-action\nConnection: close\n\n`,
    )
    const response = await user.client.request(path, { origin: 'https://evil.example', headers: { 'sec-fetch-site': 'cross-site' } })
    for (const { headers } of [preflight, response])
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  },
)
