import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Server } from '../fault/server'
import { copyTemplate, named } from '../run/databases.mjs'
import { Client } from '../support/http-client'
import { mailsTo, newestMail, subjectOf } from '../support/mailbox'
import { PASSWORD } from './browserless'

// Registering where the address is proven first, and where it takes an invitation: a server of its own for each.

const urls = JSON.parse(process.env.ATRIUM_TEST_DATABASES ?? '{}') as { superuser: string; runtime: string }
const MAIL = { MAIL: '', SMTP_URL: process.env.SMTP_URL, MAIL_FROM: process.env.MAIL_FROM }
const TIMED = 12

async function serve(mode: 'verify' | 'invite', database: string) {
  await copyTemplate(urls.superuser, database)
  const server = await Server.start({ DATABASE_URL: named(urls.runtime, database), SIGN_UP: mode, ...MAIL })
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
  const tag = randomBytes(5).toString('hex')
  return { accountName: `Heron ${tag}`, email: `ada-${tag}@example.com`, password: PASSWORD }
}

const signedInHere = ({ cookies }: Client) => [...cookies.keys()].some((name) => name.includes('session-token'))

describe('where the address is proven first', () => {
  let site: Awaited<ReturnType<typeof serve>>
  let known: ReturnType<typeof newcomer>
  beforeAll(async () => {
    site = await serve('verify', 'attack_verify')
    known = newcomer()
    await new Client(site.server.origin).submit('/register', known)
    await finish(new Client(site.server.origin), known.email)
  })
  afterAll(() => site.stop())

  async function open(client: Client, email: string) {
    const mail = await newestMail(email, { subject: subjectOf('finish-registration') })
    await client.get(new URL(mail.links[0] ?? '').pathname)
  }

  async function finish(client: Client, email: string, accountName?: string) {
    await open(client, email)
    const { body } = await client.get('/verify-email/open')
    const name =
      accountName ??
      body
        .match(/name="accountName"[^>]* value="([^"]*)"|value="([^"]*)"[^>]* name="accountName"/)
        ?.slice(1)
        .find(Boolean) ??
      ''
    return client.submit('/verify-email/open', { accountName: name, password: PASSWORD }) // asked for in another browser
  }

  test('the answer is the same for a known and an unknown address, and nobody is signed in', async () => {
    const answers = []
    const before = await site.counts()
    for (const email of [known.email, newcomer().email]) {
      const client = new Client(site.server.origin)
      const { accountName, password } = newcomer()
      const answer = await client.submit('/register', { accountName, email, password })
      expect(answer.body).toContain('Check your mail')
      expect(signedInHere(client)).toBe(false)
      const nonce = answer.headers.get('content-security-policy')?.match(/'nonce-([^']+)'/)?.[1] ?? '-'
      answers.push({
        status: answer.status,
        body: [email, accountName, nonce].reduce((rest, part) => rest.replaceAll(part, '*'), answer.body),
        size: answer.body.length,
        cookies: answer.setCookie.map((line) => line.replace(/(device=|Expires=)[^;]+/g, '$1*')),
      })
    }
    expect(answers[0]).toEqual(answers[1])
    expect(await site.counts()).toEqual(before)
  })

  test('the known address is told, the unknown one gets the link', async () => {
    const other = newcomer()
    await new Client(site.server.origin).submit('/register', { ...newcomer(), email: known.email })
    await new Client(site.server.origin).submit('/register', other)
    expect((await newestMail(known.email, { subject: subjectOf('already-registered') })).links).toEqual([`${site.server.origin}/login`])
    expect((await newestMail(other.email)).subject).toBe(subjectOf('finish-registration'))
    expect(mailsTo(known.email).filter(({ subject }) => subject === subjectOf('finish-registration'))).toHaveLength(1)
  })

  /** An address is sent five mails an hour: many are asked about. */
  async function someoneKnown() {
    const { email } = newcomer()
    await site.client.query('INSERT INTO users (id, email) VALUES (gen_random_uuid(), $1)', [email])
    return email
  }

  test('it takes as long for a known address as for an unknown one', async () => {
    const times = { known: [] as number[], unknown: [] as number[] }
    const client = new Client(site.server.origin)
    for (let n = 0; n < TIMED; n += 1) {
      times.known.push((await client.submit('/register', { ...newcomer(), email: await someoneKnown() })).ms)
      times.unknown.push((await client.submit('/register', newcomer())).ms)
    }
    const [one, other] = [median(times.known), median(times.unknown)]
    expect(Math.abs(one - other), `known ${one.toFixed()} ms, unknown ${other.toFixed()} ms`).toBeLessThan(0.3 * other + 10)
  })

  test('to open the link creates nothing; the button creates all of it and signs in; the link is dead then', async () => {
    const person = newcomer()
    await new Client(site.server.origin).submit('/register', person)
    const before = await site.counts()
    await open(new Client(site.server.origin), person.email)
    expect(await site.counts()).toEqual(before)
    const client = new Client(site.server.origin)
    const answer = await finish(client, person.email)
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/private'])
    expect(signedInHere(client)).toBe(true)
    expect((await client.get('/private')).body).not.toContain('Confirm your address')
    expect([...client.cookies.keys()].some((name) => name.includes('link-verify-email'))).toBe(false)
    const late = new Client(site.server.origin)
    await open(late, person.email)
    expect((await late.get('/verify-email/open')).body).toContain('That link has expired')
  })

  test('a button alone finishes it in the browser that it was typed in; in another, nothing but the chosen password does', async () => {
    const person = newcomer()
    const own = new Client(site.server.origin)
    await own.submit('/register', person)
    const before = await site.counts()
    const other = new Client(site.server.origin)
    await open(other, person.email)
    for (const password of ['', 'another one altogether']) {
      const { status, body } = await other.submit('/verify-email/open', { accountName: person.accountName, password })
      expect([status, body.includes('id="password-error"')]).toEqual([200, true])
    }
    expect(await site.counts()).toEqual(before)
    await open(own, person.email)
    expect((await own.get('/verify-email/open')).body).not.toContain('name="password"')
    expect((await own.submit('/verify-email/open', { accountName: person.accountName })).headers.get('location')).toBe('/private')
  })

  test('an address is sent five mails an hour, and the sixth says when', async () => {
    const email = await someoneKnown()
    const client = new Client(site.server.origin)
    for (let n = 0; n < 5; n += 1) expect((await client.submit('/register', { ...newcomer(), email })).body).toContain('Check your mail')
    expect((await client.submit('/register', { ...newcomer(), email })).body).toMatch(/Too many tries\. Try again in \d+ minutes/)
  })

  test('a name that was taken meanwhile is asked for again', async () => {
    const [first, second] = [newcomer(), newcomer()]
    for (const each of [first, { ...second, accountName: first.accountName }])
      await new Client(site.server.origin).submit('/register', each)
    await finish(new Client(site.server.origin), first.email)
    const client = new Client(site.server.origin)
    const refused = await finish(client, second.email)
    expect([refused.status, refused.body.includes('This account name is taken.')]).toEqual([200, true])
    expect((await finish(client, second.email, second.accountName)).status).toBe(303)
  })

  test.each(['//evil.example', 'https://evil.example', '/\\evil.example', '/..//evil.example'])(
    'the link leads to no %s',
    async (callbackUrl) => {
      const person = newcomer()
      await new Client(site.server.origin).submit('/register', { ...person, callbackUrl })
      const mail = await newestMail(person.email, { subject: subjectOf('finish-registration') })
      expect(new URL(mail.links[0] ?? '').search).toBe('')
      const client = new Client(site.server.origin)
      await open(client, person.email)
      const answer = await client.submit('/verify-email/open', { accountName: person.accountName, password: PASSWORD, callbackUrl })
      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/private'])
    },
  )

  test('before the link, the password opens nothing', async () => {
    const person = newcomer()
    await new Client(site.server.origin).submit('/register', person)
    const client = new Client(site.server.origin)
    const answer = await client.submit('/login', { email: person.email, password: person.password })
    expect(answer.body).toContain('Email or password is incorrect.')
    expect(signedInHere(client)).toBe(false)
  })

  test('the button pressed from another site does nothing', async () => {
    const person = newcomer()
    await new Client(site.server.origin).submit('/register', person)
    const client = new Client(site.server.origin)
    await open(client, person.email)
    const before = await site.counts()
    const answer = await client.submit('/verify-email/open', { accountName: person.accountName }, { origin: 'https://evil.example' })
    expect(answer.status).toBe(403)
    expect(await site.counts()).toEqual(before)
    expect((await client.get('/verify-email/open')).body).toContain('Create account')
  })
})

describe('where it takes an invitation', () => {
  let site: Awaited<ReturnType<typeof serve>>
  let open: Awaited<ReturnType<typeof serve>>['server']
  beforeAll(async () => {
    site = await serve('invite', 'attack_invite')
    open = await Server.start({ DATABASE_URL: named(urls.runtime, 'attack_invite'), ...MAIL })
  })
  afterAll(async () => {
    await open.stop()
    await site.stop()
  })

  test('the page has no form, and says what it takes', async () => {
    const { status, body } = await new Client(site.server.origin).get('/register')
    expect([status, body.includes('You need an invitation'), body.includes('name="password"')]).toEqual([200, true, false])
    expect((await new Client(site.server.origin).get('/')).body).not.toContain('href="/register"')
  })

  test('the form of another server, sent here, registers nobody', async () => {
    const form = (await new Client(open.origin).get('/register')).body.match(/<form.*?<\/form>/s)?.[0] ?? ''
    const hidden = [...form.matchAll(/<input type="hidden" name="([^"]*)"(?: value="([^"]*)")?/g)]
    expect(hidden.length).toBeGreaterThan(1)
    const body = new FormData()
    for (const [, name = '', value = ''] of hidden) body.append(name, value.replaceAll('&quot;', '"').replaceAll('&amp;', '&'))
    for (const [name, value] of Object.entries(newcomer())) body.append(name, value)
    const before = await site.counts()
    const client = new Client(site.server.origin)
    const answer = await client.get('/register', { method: 'POST', body, headers: { origin: site.server.origin } })
    expect(answer.status).toBeLessThan(500)
    expect(signedInHere(client)).toBe(false)
    expect(await site.counts()).toEqual(before)
  })

  test('Auth.js registers nobody either', async () => {
    const before = await site.counts()
    for (const path of ['signin/credentials', 'callback/credentials', 'signin/email', 'callback/email']) {
      const client = new Client(site.server.origin)
      const { csrfToken } = JSON.parse((await client.get('/api/auth/csrf')).body)
      const body = new URLSearchParams({ csrfToken, ...newcomer() })
      await client.get(`/api/auth/${path}`, { method: 'POST', body, headers: { origin: site.server.origin } })
      expect(signedInHere(client)).toBe(false)
    }
    expect(await site.counts()).toEqual(before)
  })

  test('who is invited registers as ever, and may have a further account', async () => {
    const host = newcomer()
    const owner = new Client(open.origin)
    expect((await owner.submit('/register', host)).status).toBe(303)
    const inside = new Client(site.server.origin)
    expect((await inside.submit('/login', { email: host.email, password: host.password })).status).toBe(303)
    const slug = host.accountName.toLowerCase().replace(' ', '-')
    const guest = newcomer()
    await inside.submit(`/private/accounts/${slug}/members/invitations`, { emails: guest.email, role: 'MEMBER' })
    const mail = await newestMail(guest.email)
    const client = new Client(site.server.origin)
    await client.get(new URL(mail.links[0] ?? '').pathname)
    const joined = await client.submit('/invitations/open', { password: guest.password })
    expect([joined.status, joined.headers.get('location')]).toEqual([303, `/private/accounts/${slug}`])
    expect((await client.submit('/private/accounts/new', { accountName: guest.accountName })).status).toBe(303)
  })
})

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
