import { beforeAll, describe, expect, test } from 'vitest'
import { sentence } from '@/lib/messages'
import { asSuperuser } from '../support/database'
import { expectUnchanged } from '../support/database-state'
import { HttpClient, type HttpResponse, SESSION_COOKIE } from '../support/http-client'
import * as labels from '../support/labels'
import { newUser, PASSWORD, unique } from '../support/new-user'
import { BUSY, expectNoServerError, flashIn, registerUser, signIn, UNAVAILABLE } from './attack'

// If several requests arrive at the same time, one takes effect completely and the others not at all.

let user: Awaited<ReturnType<typeof registerUser>>
beforeAll(async () => {
  user = await registerUser()
})

async function count(sql: string, values: unknown[] = []): Promise<number> {
  const [row] = await asSuperuser<{ count: string }>(`SELECT count(*) FROM ${sql}`, values)
  return Number(row?.count)
}

/** Starts all calls before it waits for the first. */
const together = <T>(times: number, work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: times }, (_, index) => work(index)))
const PATIENT = { timeoutMs: 50_000 }

async function raceToRegister(personAt: (index: number) => { accountName: string; email: string }) {
  const fields = await new HttpClient().form('/register', labels.createAccount)
  const clients = await together(50, async () => new HttpClient())
  const responses = await together(50, (index) =>
    (clients[index] as HttpClient).post('/register', { ...fields, ...personAt(index), password: PASSWORD }, PATIENT),
  )
  return { responses, clients }
}

function expectOneWinner({ responses, clients }: { responses: HttpResponse[]; clients: HttpClient[] }, refusal: string) {
  expect(responses.filter(({ status }) => status === 303)).toHaveLength(1)
  expect(clients.filter(({ session }) => session)).toHaveLength(1)
  for (const response of responses) {
    expectNoServerError(response)
    if (response.status === 200) expect([refusal, BUSY, UNAVAILABLE].some((sentence) => response.text.includes(sentence))).toBe(true)
  }
}

describe('fifty registrations at once', () => {
  // ASVS 2.3.4
  test('with one email create one user, one account, and one session', async () => {
    const [{ email }, word] = [newUser(), unique('Race')]
    const [users, sessions] = [await count('users'), await count('sessions')]
    const race = await raceToRegister((index) => ({ accountName: `${word} ${index}`, email: index % 2 ? email : email.toUpperCase() }))
    expectOneWinner(race, sentence('email-taken'))
    expect(await count('users WHERE email = $1', [email])).toBe(1)
    expect(await count("accounts WHERE name LIKE $1 || '%'", [word])).toBe(1)
    expect([await count('users'), await count('sessions')]).toEqual([users + 1, sessions + 1])
    expect(await count("accounts JOIN memberships ON account_id = id AND role = 'OWNER' WHERE name LIKE $1 || '%'", [word])).toBe(1)
  })

  // ASVS 2.3.3, 2.3.4
  test('with one account name create one account, and no user without an account', async () => {
    const word = unique('Contested')
    const people = Array.from({ length: 50 }, () => newUser().email)
    const race = await raceToRegister((index) => ({
      accountName: ['  ', ''][index % 2] + (index % 3 ? word : word.toUpperCase()),
      email: people[index] ?? '',
    }))
    expectOneWinner(race, sentence('account-name-taken'))
    expect(await count('accounts WHERE name_key = $1', [word.toLowerCase()])).toBe(1)
    expect(await count('users WHERE email = ANY($1)', [people])).toBe(1)
  })
})

test('ten registrations at once get different slugs, even if their names lead to the same one', async () => {
  const word = unique('Egret')
  const fields = await new HttpClient().form('/register', labels.createAccount)
  const responses = await together(10, (index) =>
    new HttpClient().post(
      '/register',
      { ...fields, accountName: `${word}${'!'.repeat(index)}`, email: newUser().email, password: PASSWORD },
      PATIENT,
    ),
  )
  expect(responses.map(({ status }) => status)).toEqual(Array(10).fill(303))
  expect(await count("(SELECT DISTINCT slug FROM accounts WHERE name LIKE $1 || '%') AS slugs", [word])).toBe(10)
})

describe('one user with simultaneous requests', () => {
  test('creates one account for twenty requests with one name', async () => {
    const accountName = unique('Tern')
    const fields = await user.client.form('/private/accounts/new', labels.createAccount)
    const responses = await together(20, () => user.client.post('/private/accounts/new', { ...fields, accountName }))
    for (const response of responses) expectNoServerError(response)
    expect(responses.filter(({ status }) => status === 303)).toHaveLength(1)
    expect(await count('accounts WHERE name = $1', [accountName])).toBe(1)
    expect(await count("audit_events WHERE kind = 'account.created' AND target = $1", [accountName])).toBe(1)
  })

  test('keeps one of twenty profile changes, and records each in the audit trail', async () => {
    const names = Array.from({ length: 20 }, () => unique('Name'))
    const fields = await user.client.form('/private/settings', labels.save)
    const before = await count("audit_events WHERE kind = 'user.profile-changed'")
    const responses = await together(20, (index) => user.client.post('/private/settings', { ...fields, name: names[index] ?? '' }))
    for (const response of responses) expect(flashIn(response)).toBe(sentence('profile-saved'))
    const [row] = await asSuperuser<{ name: string }>('SELECT name FROM users WHERE email = $1', [user.email])
    expect(names).toContain(row?.name)
    expect(await count("audit_events WHERE kind = 'user.profile-changed'")).toBe(before + 20)
  })

  // ASVS 7.2.2
  test('gets five sessions with different ids for five sign-ins', async () => {
    const before = await count('sessions')
    const clients = await together(5, () => signIn(user))
    expect(new Set(clients.map(({ session }) => session)).size).toBe(5)
    expect(await count('sessions')).toBe(before + 5)
  })

  test('ends only the current session, once, for ten sign-outs', async () => {
    const client = await signIn(user)
    const fields = await client.form('/private', labels.signOut)
    const [sessions, ends] = [await count('sessions'), await count("audit_events WHERE kind = 'session.ended'")]
    const responses = await together(10, () => client.copy().post('/private', fields))
    expect(responses.map(({ status, location }) => `${status} ${location}`)).toEqual(Array(10).fill('303 /'))
    expect([await count('sessions'), await count("audit_events WHERE kind = 'session.ended'")]).toEqual([sessions - 1, ends + 1])
  })

  test('causes no server error when signing out with the button and the endpoint', async () => {
    const client = await signIn(user)
    const fields = await client.form('/private', labels.signOut)
    const { csrfToken } = JSON.parse((await client.get('/api/auth/csrf')).text)
    const responses = await together(6, (index) =>
      index % 2
        ? client.copy().post('/private', fields)
        : client.copy().request('/api/auth/signout', { method: 'POST', body: new URLSearchParams({ csrfToken }) }),
    )
    for (const response of responses) expectNoServerError(response)
    expect((await client.copy().get('/private')).status).toBe(307)
  })

  // ASVS 2.3.3
  test('applies a profile change during sign-out completely or not at all', async () => {
    const client = await signIn(user)
    const [save, out] = [await client.form('/private/settings', labels.save), await client.form('/private', labels.signOut)]
    const before = await count("audit_events WHERE kind = 'user.profile-changed'")
    const responses = await together(8, (index) =>
      index === 3 ? client.copy().post('/private', out) : client.copy().post('/private/settings', { ...save, name: unique('Late') }),
    )
    for (const response of responses) expectNoServerError(response)
    const saved = responses.filter((response) => flashIn(response) === sentence('profile-saved')).length
    const trail = (await count("audit_events WHERE kind = 'user.profile-changed'")) - before
    expect(trail).toBeGreaterThanOrEqual(saved)
    await expectUnchanged(async () =>
      expect((await client.copy().post('/private/settings', { ...save, name: 'Too late' })).location).toMatch(/^\/login/),
    )
  })

  test('gets the same page for twenty requests', async () => {
    const responses = await expectUnchanged(() => together(20, () => user.client.copy().get('/private')))
    for (const { status, text, setCookies } of responses) {
      expect([status, text.includes(user.email)]).toEqual([200, true])
      expect(setCookies.filter((line) => line.startsWith(SESSION_COOKIE))).toEqual([])
    }
  })
})
