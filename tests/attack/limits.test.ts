import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { sentence } from '@/lib/messages'
import { asSuperuser } from '../support/database'
import { expectUnchanged } from '../support/database-state'
import { HttpClient, type HttpResponse } from '../support/http-client'
import * as labels from '../support/labels'
import { newUser, PASSWORD } from '../support/new-user'
import { ageProofs } from '../support/proofs'
import { expectNoServerError, flashIn, registerUser, TOO_MANY } from './attack'
import { expectSignedOut } from './session-cookie'

// Rate limits of forms that are expensive or send email. A rejected request has no effect, and says when to try again.
// ./guessing.test.ts tests password guessing.

const PATIENT = { timeoutMs: 50_000 }
const WHEN = /Too many attempts\. Try again in \d+ (second|minute|hour)s?\./

type User = Awaited<ReturnType<typeof registerUser>>
let user: User
beforeAll(async () => {
  user = await registerUser()
})
// Counters must not carry over to the next test or file.
afterEach(() => asSuperuser('DELETE FROM limits'))

function expectTooMany(response: HttpResponse) {
  expectNoServerError(response)
  expect([response.status, response.text.match(WHEN)?.[0]]).toEqual([200, expect.stringMatching(WHEN)])
}

/** Sets a counter, as if that many requests had been made. */
async function counted(key: string, points: number) {
  const moved = await asSuperuser(
    `INSERT INTO limits (key, points, expire) VALUES ($1, $2, (extract(epoch FROM now()) * 1000)::bigint + 600000)
     ON CONFLICT (key) DO UPDATE SET points = EXCLUDED.points RETURNING key`,
    [key, points],
  )
  expect(moved).toHaveLength(1)
}

const invitedRow = async (email: string) => (await asSuperuser('SELECT * FROM invitations WHERE email = $1', [email]))[0]

const outdate = ({ email }: { email: string }) => ageProofs({ email }, '11 minutes')

const userIdOf = async ({ email }: { email: string }) =>
  (await asSuperuser<{ id: string }>('SELECT id FROM users WHERE email = $1', [email]))[0]?.id ?? ''

const linksTo = async (email: string) =>
  (
    await asSuperuser<{ purpose: string; hash: string }>(
      `SELECT purpose, encode(hash, 'hex') AS hash FROM tokens WHERE email = $1 ORDER BY purpose, hash`,
      [email],
    )
  ).map(({ purpose, hash }) => `${purpose} ${hash}`)

describe('password reset links', () => {
  const ask = (email: string) => new HttpClient().submit('/forgot-password', labels.sendResetLink, { email }, PATIENT)
  const sent = async (email: string) =>
    (
      await asSuperuser(
        `SELECT FROM audit_events JOIN users ON users.id = user_id WHERE email = $1 AND kind = 'user.password-reset-asked'`,
        [email],
      )
    ).length

  // ASVS 2.4.1, 6.3.1
  test('limits each requester to five an hour for an email, known or unknown, and keeps their links valid', async () => {
    const one = await registerUser()
    const answers: string[][] = []
    for (const [email, count] of [
      [one.email, 5],
      [newUser().email, 0],
    ] as const) {
      const responses: string[] = []
      for (let n = 0; n < 5; n += 1) responses.push(String((await ask(email)).text.match(WHEN)))
      await expect.poll(() => sent(email), { timeout: 10_000 }).toBe(count) // each is sent after its response
      const links = await linksTo(email)
      const refused = await ask(email)
      expectTooMany(refused)
      expectTooMany(await ask(` ${email.toUpperCase()} `))
      expect(await linksTo(email)).toEqual(links)
      answers.push([...responses, String(refused.text.match(TOO_MANY))])
    }
    expect(answers[0]).toEqual([...Array(5).fill('null'), TOO_MANY])
    expect(answers[1]).toEqual(answers[0])
  })

  // ASVS 2.4.1
  test('sends at most five for fifty requests at the same time', async () => {
    const one = await registerUser()
    const responses = await Promise.all(Array.from({ length: 50 }, () => ask(one.email)))
    for (const response of responses) expectNoServerError(response)
    expect(responses.filter(({ status, text }) => status === 429 || WHEN.test(text)).length).toBeGreaterThanOrEqual(45)
    expect(await sent(one.email)).toBeLessThanOrEqual(5)
  })

  test('limits each client address to three hundred an hour, whatever its headers say', async () => {
    await ask(newUser().email)
    await asSuperuser(`UPDATE limits SET points = 300 WHERE key LIKE 'password-reset:address:%'`)
    const { email } = await registerUser()
    expectTooMany(await ask(email))
    const form = await new HttpClient().form('/forgot-password', labels.sendResetLink)
    expectTooMany(await new HttpClient().post('/forgot-password', { ...form, email }, { headers: { 'x-forwarded-for': '198.51.100.61' } }))
    expect((await linksTo(email)).filter((link) => link.startsWith('password-reset'))).toEqual([])
  })
})

describe('links that a signed-in user requests', () => {
  test('limits confirmation links to ten a day', async () => {
    const one = await registerUser(newUser(), { isConfirmed: false })
    const again = () => one.client.submit('/private', labels.sendNewLink)
    await asSuperuser(`UPDATE tokens SET created_at = created_at - interval '2 minutes' WHERE email = $1`, [one.email])
    for (let n = 0; n < 10; n += 1) expect((await again()).text).not.toMatch(WHEN)
    await asSuperuser(`UPDATE tokens SET created_at = created_at - interval '2 minutes' WHERE email = $1`, [one.email])
    const links = await linksTo(one.email)
    expectTooMany(await again())
    expect(await linksTo(one.email)).toEqual(links)
    await asSuperuser('DELETE FROM limits')
    await again()
    expect(await linksTo(one.email)).not.toEqual(links)
  })

  test('limits changes of email to five an hour per user, whatever the new email', async () => {
    const one = await registerUser()
    const change = (email: string) => one.client.submit('/private/settings/email', labels.changeEmail, { email })
    for (let n = 0; n < 5; n += 1) expect(flashIn(await change(newUser().email))).toBeDefined()
    const wanted = newUser().email
    const refused = await expectUnchanged(() => change(wanted))
    expectTooMany(refused)
    expect(refused.text).toContain(wanted) // the form keeps what was typed
    await outdate(one)
    const form = await one.client.form('/private/settings/email', labels.changeEmail)
    const response = await one.client.post('/private/settings/email', { ...form, email: wanted, proof: PASSWORD }, PATIENT)
    expectTooMany(response)
    expect(response.text).not.toContain('Enter your password to continue') // it was correct, so the form does not ask again
  })

  test('limits changes of email to five an hour per new email and requester, across their users', async () => {
    const wanted = newUser().email
    const users = await Promise.all(Array.from({ length: 6 }, () => registerUser()))
    const responses: HttpResponse[] = []
    for (const { client } of users) responses.push(await client.submit('/private/settings/email', labels.changeEmail, { email: wanted }))
    expect(responses.map(({ text }) => WHEN.test(text))).toEqual([false, false, false, false, false, true])
  })
})

describe('invitations', () => {
  const invite = ({ client, slug }: User, emails: string) =>
    client.submit(`/private/accounts/${slug}/members/invitations`, labels.sendInvitations, { emails, role: 'MEMBER' })

  // ASVS 2.3.2, 2.4.1
  test('limits each user to a thousand a day, and sends none of a list that would exceed it', async () => {
    await counted(`invitation:user:${await userIdOf(user)}`, 999)
    const [one, other] = [newUser().email, newUser().email]
    const refused = await invite(user, `${one}, ${other}`)
    expectTooMany(refused)
    expect(refused.text).toContain(one)
    expect(await Promise.all([invitedRow(one), invitedRow(other)])).toEqual([undefined, undefined])
    expect((await invite(user, one)).text).not.toMatch(WHEN)
    expect(await invitedRow(one)).toBeDefined()
    expectTooMany(await invite(user, other))
  })

  test('counts sending again against the same limit', async () => {
    const { email } = newUser()
    await invite(user, email)
    const before = await invitedRow(email)
    await counted(`invitation:user:${await userIdOf(user)}`, 1000)
    const path = `/private/accounts/${user.slug}/members/invitations`
    const form = await user.client.form(path, labels.sendAgainTo(email))
    expectTooMany(await user.client.post(path, { ...form, id: String(before?.id) }))
    expect((await invitedRow(email))?.sent_at).toEqual(before?.sent_at)
  })
})

describe('recent authentication', () => {
  const SESSIONS = '/private/settings/sessions'
  const DATA = '/private/settings/data'
  const authenticate = async ({ client }: Pick<User, 'client'>, proof: string) =>
    client.post(DATA, { ...(await client.form(DATA, labels.getMyData)), proof }, PATIENT)
  // ASVS 6.3.1
  test('checks ten passwords an hour per session, for all actions together, and then refuses even the correct one', async () => {
    const one = await registerUser()
    await outdate(one)
    for (let n = 0; n < 10; n += 1) expect((await authenticate(one, `not the one ${n}`)).text).toContain(sentence('password-incorrect'))
    await expectUnchanged(async () => {
      const refused = await authenticate(one, PASSWORD)
      expectTooMany(refused)
      expect(refused.text).toContain('Enter your password to continue.') // the form still asks
      const change = { currentPassword: PASSWORD, password: 'seven grey herons standing' }
      expectTooMany(await one.client.submit('/private/settings/password', labels.changePassword, change, PATIENT))
      expectTooMany(await one.client.submit(DATA, labels.deleteProfile, { confirmation: one.email, proof: PASSWORD }))
    })
    expect((await one.client.get('/private')).status).toBe(200)
  })

  test('counts per session, so a stolen session cannot keep its owner from ending it', async () => {
    const one = await registerUser()
    const thief = one.client.copy()
    await outdate(one)
    for (let n = 0; n < 10; n += 1) await authenticate({ client: thief }, `not the one ${n}`)
    expectTooMany(await authenticate({ client: thief }, PASSWORD))
    const owner = new HttpClient()
    expect((await owner.submit('/login', labels.signIn, { email: one.email, password: PASSWORD }, PATIENT)).status).toBe(303)
    await outdate(one)
    const form = await owner.form(SESSIONS, labels.endAllOtherSessions)
    expect((await owner.post(SESSIONS, { ...form, proof: PASSWORD }, PATIENT)).text).not.toMatch(WHEN)
    await expectSignedOut(thief, one.email)
  })

  test('checks at most ten of fifty passwords sent at the same time', async () => {
    const one = await registerUser()
    await outdate(one)
    const form = await one.client.form(DATA, labels.getMyData)
    const tries = Array.from({ length: 50 }, (_, n) => one.client.copy().post(DATA, { ...form, proof: `not the one ${n}` }, PATIENT))
    const responses = await Promise.all(tries)
    for (const response of responses) expectNoServerError(response)
    expect(responses.filter(({ text }) => text.includes(sentence('password-incorrect'))).length).toBeLessThanOrEqual(10)
    expect(responses.filter(({ text }) => WHEN.test(text)).length).toBeGreaterThanOrEqual(1)
  })
})

describe('registration', () => {
  // ASVS 2.4.1
  test('limits each client address to a thousand an hour, and creates no user beyond that', async () => {
    await registerUser()
    await asSuperuser(`UPDATE limits SET points = 1000 WHERE key LIKE 'registration:address:%'`)
    const { accountName, email, password } = newUser()
    const response = await expectUnchanged(() =>
      new HttpClient().submit('/register', labels.createAccount, { accountName, email, password }),
    )
    expectTooMany(response)
    expect(response.text).toContain(accountName)
    expect(response.text).not.toContain(password)
  })
})
