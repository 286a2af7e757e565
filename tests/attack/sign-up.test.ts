import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { message, sentence } from '@/lib/messages'
import { Server } from '../fault/server'
import { copyTemplate, named } from '../run/databases.mjs'
import { FAST_HASHING } from '../run/server.mjs'
import { HttpClient } from '../support/http-client'
import * as labels from '../support/labels'
import { mailsTo, newestMail, subjectOf } from '../support/mailbox'
import { newUser, PASSWORD } from '../support/new-user'
import { flashIn } from './attack'

// Registration with SIGN_UP=verify and SIGN_UP=invite, each on its own server.

const urls = JSON.parse(process.env.ATRIUM_TEST_DATABASES ?? '{}') as { superuser: string; runtime: string }
const MAIL = { MAIL: '', SMTP_URL: process.env.SMTP_URL, MAIL_FROM: process.env.MAIL_FROM }
const TIMED = 4

async function serve(mode: 'verify' | 'invite', database: string, settings: Record<string, string> = {}) {
  await copyTemplate(urls.superuser, database)
  const server = await Server.start({ DATABASE_URL: named(urls.runtime, database), SIGN_UP: mode, ...MAIL, ...settings })
  const client = new pg.Client({ connectionString: named(urls.superuser, database) })
  await client.connect()
  const counts = async () =>
    (
      await client.query(
        'SELECT (SELECT count(*)::int FROM users) AS users, (SELECT count(*)::int FROM accounts) AS accounts, (SELECT count(*)::int FROM sessions) AS sessions',
      )
    ).rows[0]
  return {
    server,
    client,
    counts,
    stop: async () => {
      await client.end()
      await server.stop()
    },
  }
}

function newcomer() {
  const { accountName, email, password } = newUser()
  return { accountName, email, password }
}

const isSignedIn = ({ cookies }: HttpClient) => [...cookies.keys()].some((name) => name.includes('session-token'))

describe('SIGN_UP=verify', () => {
  let site: Awaited<ReturnType<typeof serve>>
  let known: ReturnType<typeof newcomer>
  beforeAll(async () => {
    site = await serve('verify', 'attack_verify')
    known = newcomer()
    await new HttpClient(site.server.origin).submit('/register', labels.createAccount, known)
    await finish(new HttpClient(site.server.origin), known.email)
  })
  afterAll(() => site.stop())

  async function open(client: HttpClient, email: string) {
    const mail = await newestMail(email, { subject: subjectOf('finish-registration') })
    await client.get(new URL(mail.links[0] ?? '').pathname)
  }

  async function finish(client: HttpClient, email: string, accountName?: string) {
    await open(client, email)
    const { text } = await client.get('/verify-email/open')
    const name =
      accountName ??
      text
        .match(/name="accountName"[^>]* value="([^"]*)"|value="([^"]*)"[^>]* name="accountName"/)
        ?.slice(1)
        .find(Boolean) ??
      ''
    return client.submit('/verify-email/open', labels.createAccount, { accountName: name, password: PASSWORD }) // another browser needs the password
  }

  // ASVS 6.3.8
  test('gives the same answer for a registered and a new email, and signs no one in', async () => {
    const responses = []
    const before = await site.counts()
    for (const email of [known.email, newcomer().email]) {
      const client = new HttpClient(site.server.origin)
      const { accountName, password } = newcomer()
      const response = await client.submit('/register', labels.createAccount, { accountName, email, password })
      expect(flashIn(response)).toBe(sentence(message('registration-requested', { email })))
      expect(isSignedIn(client)).toBe(false)
      const nonce = response.headers.get('content-security-policy')?.match(/'nonce-([^']+)'/)?.[1] ?? '-'
      responses.push({
        status: response.status,
        text: [email, accountName, nonce].reduce((rest, part) => rest.replaceAll(part, '*'), response.text),
        size: response.text.length,
        cookies: response.setCookies.map((line) => line.replace(/(device=|flash=|Expires=)[^;]+/g, '$1*')),
      })
    }
    expect(responses[0]).toEqual(responses[1])
    expect(await site.counts()).toEqual(before)
  })

  test('tells a registered email that it is registered, and sends a new one the link', async () => {
    const other = newcomer()
    await new HttpClient(site.server.origin).submit('/register', labels.createAccount, { ...newcomer(), email: known.email })
    await new HttpClient(site.server.origin).submit('/register', labels.createAccount, other)
    expect((await newestMail(known.email, { subject: subjectOf('already-registered') })).links).toEqual([`${site.server.origin}/login`])
    expect((await newestMail(other.email)).subject).toBe(subjectOf('finish-registration'))
    expect(mailsTo(known.email).filter(({ subject }) => subject === subjectOf('finish-registration'))).toHaveLength(1)
  })

  /** Inserts a new user each time, because a requester can send an address only ten emails a day. @returns the email */
  async function registeredEmail() {
    const { email } = newcomer()
    await site.client.query('INSERT INTO users (id, email) VALUES (gen_random_uuid(), $1)', [email])
    return email
  }

  // ASVS 6.3.8
  test('takes the same time for a registered and a new email', async () => {
    const times = { known: [] as number[], unknown: [] as number[] }
    const client = new HttpClient(site.server.origin)
    for (let n = 0; n < TIMED; n += 1) {
      times.known.push((await client.submit('/register', labels.createAccount, { ...newcomer(), email: await registeredEmail() })).ms)
      times.unknown.push((await client.submit('/register', labels.createAccount, newcomer())).ms)
    }
    const [one, other] = [Math.min(...times.known), Math.min(...times.unknown)]
    expect(Math.abs(one - other), `known ${one.toFixed()} ms, unknown ${other.toFixed()} ms`).toBeLessThan(0.3 * other + 10)
  }, 180_000)

  // ASVS 2.3.1, 7.6.2
  test('creates nothing when the link is opened, and one user when its form is submitted', async () => {
    const user = newcomer()
    await new HttpClient(site.server.origin).submit('/register', labels.createAccount, user)
    const before = await site.counts()
    await open(new HttpClient(site.server.origin), user.email)
    expect(await site.counts()).toEqual(before)
    const client = new HttpClient(site.server.origin)
    const response = await finish(client, user.email)
    expect([response.status, response.location]).toEqual([303, '/private'])
    expect(isSignedIn(client)).toBe(true)
    expect((await client.get('/private')).text).not.toContain('Confirm your email')
    expect([...client.cookies.keys()].some((name) => name.includes('link-verify-email'))).toBe(false)
    const late = new HttpClient(site.server.origin)
    await open(late, user.email)
    expect((await late.get('/verify-email/open')).text).toContain(labels.deadLink)
  })

  test('requires the password in any browser except the one that registered', async () => {
    const user = newcomer()
    const own = new HttpClient(site.server.origin)
    await own.submit('/register', labels.createAccount, user)
    const before = await site.counts()
    const other = new HttpClient(site.server.origin)
    await open(other, user.email)
    for (const password of ['', 'another one altogether']) {
      const { status, text } = await other.submit('/verify-email/open', labels.createAccount, { accountName: user.accountName, password })
      expect([status, text.includes('id="password-error"')]).toEqual([200, true])
    }
    expect(await site.counts()).toEqual(before)
    await open(own, user.email)
    expect((await own.get('/verify-email/open')).text).not.toContain('name="password"')
    expect((await own.submit('/verify-email/open', labels.createAccount, { accountName: user.accountName })).location).toBe('/private')
  })

  test('lets a requester send an address ten emails a day, and then says when to try again', async () => {
    const email = await registeredEmail()
    const client = new HttpClient(site.server.origin)
    const ask = () => client.submit('/register', labels.createAccount, { ...newcomer(), email })
    expect(flashIn(await ask())).toBeDefined()
    await site.client.query(`UPDATE limits SET points = 9 WHERE key LIKE 'registration-mail:%' AND points = 1`)
    expect(flashIn(await ask())).toBeDefined()
    expect((await ask()).text).toMatch(/Too many attempts\. Try again in \d+ hours/)
  })

  test('asks for another account name if the first was taken in the meantime', async () => {
    const [first, second] = [newcomer(), newcomer()]
    for (const each of [first, { ...second, accountName: first.accountName }])
      await new HttpClient(site.server.origin).submit('/register', labels.createAccount, each)
    await finish(new HttpClient(site.server.origin), first.email)
    const client = new HttpClient(site.server.origin)
    const refused = await finish(client, second.email)
    expect([refused.status, refused.text.includes(sentence('account-name-taken'))]).toEqual([200, true])
    expect((await finish(client, second.email, second.accountName)).status).toBe(303)
  })

  test.each(['//evil.example', 'https://evil.example', '/\\evil.example', '/..//evil.example'])(
    'does not redirect to %s',
    async (callbackUrl) => {
      const user = newcomer()
      await new HttpClient(site.server.origin).submit('/register', labels.createAccount, { ...user, callbackUrl })
      const mail = await newestMail(user.email, { subject: subjectOf('finish-registration') })
      expect(new URL(mail.links[0] ?? '').search).toBe('')
      const client = new HttpClient(site.server.origin)
      await open(client, user.email)
      const response = await client.submit('/verify-email/open', labels.createAccount, {
        accountName: user.accountName,
        password: PASSWORD,
        callbackUrl,
      })
      expect([response.status, response.location]).toEqual([303, '/private'])
    },
  )

  // ASVS 2.3.1
  test('signs no one in before the link is used', async () => {
    const user = newcomer()
    await new HttpClient(site.server.origin).submit('/register', labels.createAccount, user)
    const client = new HttpClient(site.server.origin)
    const response = await client.submit('/login', labels.signIn, { email: user.email, password: user.password })
    expect(response.text).toContain(sentence('sign-in-failed'))
    expect(isSignedIn(client)).toBe(false)
  })

  test('rejects requests from other sites', async () => {
    const user = newcomer()
    await new HttpClient(site.server.origin).submit('/register', labels.createAccount, user)
    const client = new HttpClient(site.server.origin)
    await open(client, user.email)
    const before = await site.counts()
    const response = await client.submit(
      '/verify-email/open',
      labels.createAccount,
      { accountName: user.accountName },
      { origin: 'https://evil.example' },
    )
    expect(response.status).toBe(403)
    expect(await site.counts()).toEqual(before)
    expect((await client.get('/verify-email/open')).text).toContain(labels.createAccount)
  })
})

describe('SIGN_UP=invite', () => {
  let site: Awaited<ReturnType<typeof serve>>
  let open: Awaited<ReturnType<typeof serve>>['server']
  beforeAll(async () => {
    site = await serve('invite', 'attack_invite', { EMAIL_SIGN_IN: 'off', ...FAST_HASHING })
    open = await Server.start({ DATABASE_URL: named(urls.runtime, 'attack_invite'), ...MAIL, ...FAST_HASHING })
  })
  afterAll(async () => {
    await open.stop()
    await site.stop()
  })

  test('shows no registration form, and says that an invitation is needed', async () => {
    const { status, text } = await new HttpClient(site.server.origin).get('/register')
    expect([status, text.includes(labels.needInvitation), text.includes('name="password"')]).toEqual([200, true, false])
    expect((await new HttpClient(site.server.origin).get('/')).text).not.toContain('href="/register"')
  })

  // ASVS 6.3.4, 8.3.1
  test('with EMAIL_SIGN_IN=off, neither offers sign-in by email nor accepts it', async () => {
    const [off, on] = [new HttpClient(site.server.origin), new HttpClient(open.origin)]
    expect((await on.get('/login')).text).toContain('/login/email')
    expect((await off.get('/login')).text).not.toContain('/login/email')
    for (const [path, button] of [
      ['/login/email', labels.emailSignInLink],
      ['/login/code', labels.signIn],
    ] as const) {
      expect((await off.get(path)).status).toBe(404)
      const response = await off.post(path, { ...(await on.form(path, button)), email: newcomer().email, code: '123456' })
      expect(response.status).toBe(404)
    }
    expect((await off.get('/sign-in/open')).status).toBe(404)
    expect(await site.client.query('SELECT FROM sign_in_requests')).toMatchObject({ rowCount: 0 })
  })

  // ASVS 6.3.4, 8.3.1
  test('registers no one with a form from a server where sign-up is open', async () => {
    const hidden = await new HttpClient(open.origin).form('/register', labels.createAccount)
    expect(Object.keys(hidden).length).toBeGreaterThan(1)
    const before = await site.counts()
    const client = new HttpClient(site.server.origin)
    const response = await client.post('/register', { ...hidden, ...newcomer() })
    expect(response.status).toBeLessThan(500)
    expect(isSignedIn(client)).toBe(false)
    expect(await site.counts()).toEqual(before)
  })

  // ASVS 6.3.4
  test('registers no one with the endpoints of Auth.js', async () => {
    const before = await site.counts()
    for (const path of ['signin/credentials', 'callback/credentials', 'signin/email', 'callback/email']) {
      const client = new HttpClient(site.server.origin)
      const { csrfToken } = JSON.parse((await client.get('/api/auth/csrf')).text)
      const body = new URLSearchParams({ csrfToken, ...newcomer() })
      await client.request(`/api/auth/${path}`, { method: 'POST', body })
      expect(isSignedIn(client)).toBe(false)
    }
    expect(await site.counts()).toEqual(before)
  })

  test('lets an invited user register and create another account', async () => {
    const host = newcomer()
    const owner = new HttpClient(open.origin)
    expect((await owner.submit('/register', labels.createAccount, host)).status).toBe(303)
    await site.client.query('UPDATE users SET email_verified_at = now() WHERE email = $1', [host.email])
    const inside = new HttpClient(site.server.origin)
    expect((await inside.submit('/login', labels.signIn, { email: host.email, password: host.password })).status).toBe(303)
    const slug = host.accountName.toLowerCase().replace(' ', '-')
    const guest = newcomer()
    await inside.submit(`/private/accounts/${slug}/members/invitations`, labels.sendInvitations, { emails: guest.email, role: 'MEMBER' })
    const mail = await newestMail(guest.email)
    const client = new HttpClient(site.server.origin)
    await client.get(new URL(mail.links[0] ?? '').pathname)
    const joined = await client.submit('/invitations/open', labels.signUpAndJoin, { password: guest.password })
    expect([joined.status, joined.location]).toEqual([303, `/private/accounts/${slug}`])
    expect((await client.submit('/private/accounts/new', labels.createAccount, { accountName: guest.accountName })).status).toBe(303)
  })
})
