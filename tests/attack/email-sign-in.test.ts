import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { message, sentence } from '@/lib/messages'
import { asSuperuser } from '../support/database'
import { expectUnchanged } from '../support/database-state'
import { HttpClient, ORIGIN } from '../support/http-client'
import * as labels from '../support/labels'
import { newestMail, subjectOf } from '../support/mailbox'
import { newUser } from '../support/new-user'
import { expectNoServerError, flashIn, registerUser, words } from './attack'

// Signing in with a link in an email. A link must sign in only the browser that requested it, once, and its code must
// resist guessing.

const LINK_COOKIE = `${ORIGIN.startsWith('https:') ? '__Host-' : ''}atrium.link-sign-in`
const WRONG = sentence('sign-in-code-incorrect')

let user: Awaited<ReturnType<typeof registerUser>>
beforeAll(async () => {
  user = await registerUser()
})
afterEach(() => asSuperuser(`DELETE FROM limits WHERE key LIKE 'sign-in%'`))

/** Requests a link. @returns its path and the client that requested it */
async function asked({ email } = user, callbackUrl = '/private/settings') {
  const [client, after] = [new HttpClient(), new Date()]
  const response = await client.submit('/login/email', labels.emailSignInLink, { email, callbackUrl })
  expect([response.status, response.location]).toEqual([303, `/login/code?callbackUrl=${encodeURIComponent(callbackUrl)}`])
  const mail = await newestMail(email, { after, subject: subjectOf('sign-in-link') })
  const { pathname, search } = new URL(mail.links[0] ?? '')
  return { client, path: `${pathname}${search}`, token: pathname.split('/').pop() ?? '' }
}

const opened = async (client: HttpClient, path: string) => client.follow(await client.get(path))
/** Opens a link in another browser, and has its code shown. */
async function shown(client: HttpClient, path: string) {
  expect(codeIn((await opened(client, path)).text)).toBe('')
  return client.follow(await client.submit('/sign-in/open', labels.showCode, { callbackUrl: '/private/settings' }))
}
const press = (client: HttpClient, fields = {}) =>
  client.submit('/sign-in/open', labels.signIn, { callbackUrl: '/private/settings', ...fields })
const enter = (client: HttpClient, code: string) => client.submit('/login/code', labels.signIn, { code, callbackUrl: '/private/settings' })
const codeIn = (text: string) =>
  text
    .match(/>(\d{3})(?:<!-- -->)? (?:<!-- -->)?(\d{3})</)
    ?.slice(1)
    .join('') ?? ''

describe('a sign-in link', () => {
  // ASVS 14.2.1
  test('moves its token from the URL to an HttpOnly cookie in one redirect, and the page does not contain it', async () => {
    const { client, path, token } = await asked()
    const response = await client.get(path)
    expect([response.status, response.location]).toEqual([307, '/sign-in/open?callbackUrl=%2Fprivate%2Fsettings'])
    expect(response.setCookies.find((line) => line.startsWith(`${LINK_COOKIE}=`))?.toLowerCase()).toContain('httponly')
    const page = await client.get(response.location ?? '')
    expect([page.status, page.text.includes(token)]).toEqual([200, false])
    expect(page.headers.get('cache-control')).toContain('no-store')
  })

  // ASVS 6.5.1
  test('signs in the browser that requested it, once, and leads to the callbackUrl', async () => {
    const { client, path } = await asked()
    await opened(client, path)
    const form = await client.form('/sign-in/open?callbackUrl=%2Fprivate%2Fsettings', labels.signIn)
    const clients = Array.from({ length: 10 }, () => client.copy())
    const responses = await Promise.all(clients.map((each) => each.post('/sign-in/open', form)))
    for (const response of responses) expectNoServerError(response)
    const winners = clients.filter((_, n) => responses[n]?.status === 303)
    expect(winners).toHaveLength(1)
    expect(responses.find(({ status }) => status === 303)?.location).toBe('/private/settings')
    expect((await winners[0]?.get('/private'))?.text).toContain(user.email)
    expect(winners[0]?.cookies.has(LINK_COOKIE)).toBe(false)
    expect((await opened(client.copy(), path)).text).toContain(labels.deadLink)
  })

  // ASVS 6.5.4, 6.6.2
  test('shows a code in another browser, which signs in the browser that requested the link', async () => {
    const { client, path } = await asked()
    const other = new HttpClient()
    const page = await shown(other, path)
    expect(page.text).not.toContain('name="link"')
    const code = codeIn(page.text)
    expect(code).toMatch(/^\d{6}$/)
    const form = await client.copy().form('/login/code', labels.signIn)
    for (const stranger of [other, new HttpClient()]) {
      const response = await stranger.post('/login/code', { ...form, code })
      expect([response.status, response.text.includes(WRONG), stranger.session]).toEqual([200, true, undefined])
    }
    expect((await enter(client, code)).location).toBe('/private/settings')
    expect((await client.get('/private')).text).toContain(user.email)
  })

  // ASVS 6.6.2
  test('does not sign in another browser with the form of the one that requested it', async () => {
    const { client, path } = await asked()
    await opened(client, path)
    const form = await client.form('/sign-in/open', labels.signIn)
    const thief = new HttpClient()
    await shown(thief, path)
    const response = await expectUnchanged(() => thief.post('/sign-in/open', form))
    expect([codeIn(response.text).length, thief.session]).toEqual([6, undefined]) // again the page for another browser
  })

  // ASVS 7.6.2
  test('stays valid when an email scanner opens it again and again', async () => {
    const { client, path } = await asked()
    await expectUnchanged(async () => {
      for (let n = 0; n < 5; n += 1) await opened(new HttpClient(), path)
      await new HttpClient().request(path, { method: 'HEAD' })
    })
    await opened(client, path)
    expect((await press(client)).status).toBe(303)
  })

  test.each(words`open x ${'A'.repeat(43)} %00 ..%2f..%2fprivate`)('rejects a made-up token without a server error: %j', async (token) => {
    const page = await expectUnchanged(() => opened(new HttpClient(), `/sign-in/${token}`))
    expectNoServerError(page)
    expect(codeIn(page.text)).toBe('')
  })

  test.each(words`//evil.example https://evil.example /\\evil.example /..//evil.example`)(
    'does not redirect to %s',
    async (callbackUrl) => {
      const { client, path } = await asked()
      await opened(client, path)
      expect((await press(client, { callbackUrl })).location).toBe('/private')
    },
  )

  // ASVS 6.1.1, 6.3.1
  test('signs in from a new browser while an attacker guesses the password', async () => {
    for (let n = 0; n < 6; n += 1) await new HttpClient().submit('/login', labels.signIn, { email: user.email, password: `wrong ${n}` })
    const blocked = await new HttpClient().submit('/login', labels.signIn, { email: user.email, password: user.password })
    expect(blocked.text).toContain('Too many attempts')
    const { client, path } = await asked()
    await opened(client, path)
    expect((await press(client)).status).toBe(303)
  })

  test('signs in with "Remember me", and ends the browser’s previous session', async () => {
    const former = await registerUser()
    const { client, path } = await asked()
    await opened(client, path)
    const [name = '', value = ''] = [...former.client.cookies].find(([key]) => key.includes('session-token')) ?? []
    client.cookies.set(name, value)
    const response = await press(client, { remember: 'on' })
    expect(response.setCookies.find((line) => line.startsWith(`${name}=`))).toMatch(/max-age=/i)
    expect((await former.client.get('/private')).status).toBe(307)
  })
})

describe('the code of a sign-in link', () => {
  // ASVS 6.6.3
  test('allows five attempts, even with fifty requests at the same time', async () => {
    const { client, path } = await asked()
    const code = codeIn((await shown(new HttpClient(), path)).text)
    const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0')
    const form = await client.form('/login/code', labels.signIn)
    const responses = await Promise.all(Array.from({ length: 50 }, () => client.copy().post('/login/code', { ...form, code: wrong })))
    for (const response of responses) expectNoServerError(response)
    expect((await enter(client, code)).text).toContain(WRONG)
    expect(client.session).toBeUndefined()
  })

  test.each(['', '12345', '1234567', 'abcdef', '１２３４５６', "' OR 1=1"])(
    'rejects a malformed code with a field error: %j',
    async (code) => {
      const response = await expectUnchanged(() => enter(new HttpClient(), code))
      expectNoServerError(response)
      expect(response.text).toContain('id="code-error"')
    },
  )
})

describe('a request for a link', () => {
  // ASVS 2.4.1, 6.3.8
  test('is limited to five an hour per requester and email, known or unknown', async () => {
    for (const email of [(await registerUser()).email, newUser().email]) {
      const ask = () => new HttpClient().submit('/login/email', labels.emailSignInLink, { email })
      for (let n = 0; n < 5; n += 1) expect(flashIn(await ask())).toBe(sentence(message('sign-in-link-requested', { email })))
      expect((await ask()).text).toMatch(/Too many attempts\. Try again in \d+ minutes/)
    }
  })
})

// ASVS 14.3.1
describe('signing out', () => {
  const linkCookies = (client: HttpClient) => [...client.cookies.keys()].filter((name) => name.includes('atrium.link'))
  const openAll = async (client: HttpClient) => {
    for (const kind of words`invitations verify-email restore-email reset-password sign-in`) await client.get(`/${kind}/${'A'.repeat(43)}`)
    expect(linkCookies(client)).toHaveLength(5)
  }

  test('clears the link cookies of the browser, with the form and the endpoint', async () => {
    const { client } = await registerUser()
    const other = client.copy()
    await openAll(client)
    await openAll(other)
    await client.submit('/private', labels.signOut)
    expect([client.session, linkCookies(client)]).toEqual([undefined, []])
    const { csrfToken } = JSON.parse((await other.get('/api/auth/csrf')).text)
    await other.request('/api/auth/signout', { method: 'POST', body: new URLSearchParams({ csrfToken }) })
    expect(linkCookies(other)).toEqual([])
  })
})
