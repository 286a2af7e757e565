import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { asSuperuser } from '../support/database'
import { type Answer, Browser, changesNothing, expectNoFault, newPerson, PASSWORD, registered, TOO_MANY } from './browserless'
import { expectNobody } from './sealing'

// Every form that costs something, or mails somebody, sent too often: what it would have done is not done, and it says when
// to come back. Passwords that are guessed are in ./guessing.

const PATIENT = { withinMs: 50_000 }
const WHEN = /Too many tries\. Try again in \d+ (second|minute|hour)s?\./

type Person = Awaited<ReturnType<typeof registered>>
let person: Person
beforeAll(async () => {
  person = await registered()
})
// What one test has counted is not to count against the next, nor against the files that follow.
afterEach(() => asSuperuser('DELETE FROM limits'))

function expectTooMany(answer: Answer) {
  expectNoFault(answer)
  expect([answer.status, answer.text.match(WHEN)?.[0]]).toEqual([200, expect.stringMatching(WHEN)])
}

/** Moves a count to its edge, as if all these tries had been made. */
async function counted(key: string, points: number) {
  const moved = await asSuperuser(
    `INSERT INTO limits (key, points, expire) VALUES ($1, $2, (extract(epoch FROM now()) * 1000)::bigint + 600000)
     ON CONFLICT (key) DO UPDATE SET points = EXCLUDED.points RETURNING key`,
    [key, points],
  )
  expect(moved).toHaveLength(1)
}

const invitedRow = async (email: string) => (await asSuperuser('SELECT * FROM invitations WHERE email = $1', [email]))[0]

const outdate = ({ email }: { email: string }) =>
  asSuperuser(`UPDATE sessions SET authenticated_at = now() - interval '11 minutes' FROM users WHERE users.id = user_id AND email = $1`, [
    email,
  ])

const userIdOf = async ({ email }: { email: string }) =>
  (await asSuperuser<{ id: string }>('SELECT id FROM users WHERE email = $1', [email]))[0]?.id ?? ''

const linksTo = async (email: string) =>
  (
    await asSuperuser<{ purpose: string; hash: string }>(
      `SELECT purpose, encode(hash, 'hex') AS hash FROM tokens WHERE email = $1 ORDER BY purpose`,
      [email],
    )
  ).map(({ purpose, hash }) => `${purpose} ${hash}`)

describe('a link for another password', () => {
  const ask = (email: string) => new Browser().submit('/forgot-password', 'Send the link', { email }, PATIENT)
  const sent = async (email: string) =>
    (
      await asSuperuser(
        `SELECT FROM audit_events JOIN users ON users.id = user_id WHERE email = $1 AND kind = 'user.password-reset-asked'`,
        [email],
      )
    ).length

  test('is sent five times an hour to one address, whoever it belongs to, and the last of them stays good', async () => {
    const one = await registered()
    const said: string[][] = []
    for (const [email, links] of [
      [one.email, 5],
      [newPerson().email, 0],
    ] as const) {
      const answers: string[] = []
      for (let n = 0; n < 5; n += 1) answers.push(String((await ask(email)).text.match(WHEN)))
      await expect.poll(() => sent(email), { timeout: 10_000 }).toBe(links) // each is sent when its answer is out
      const held = await linksTo(email)
      const refused = await ask(email)
      expectTooMany(refused)
      expectTooMany(await ask(` ${email.toUpperCase()} `))
      expect(await linksTo(email)).toEqual(held)
      said.push([...answers, String(refused.text.match(TOO_MANY))])
    }
    expect(said[0]).toEqual([...Array(5).fill('null'), TOO_MANY])
    expect(said[1]).toEqual(said[0])
  })

  test('asked for fifty times at once is sent five times at most', async () => {
    const one = await registered()
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(one.email)))
    for (const answer of answers) expectNoFault(answer)
    expect(answers.filter(({ text }) => WHEN.test(text)).length).toBeGreaterThanOrEqual(45)
    expect(await sent(one.email)).toBeLessThanOrEqual(5)
  })

  test('is sent three hundred times an hour from one client, whatever it writes into its headers', async () => {
    await ask(newPerson().email)
    await asSuperuser(`UPDATE limits SET points = 300 WHERE key LIKE 'password-reset:address:%'`)
    const { email } = await registered()
    expectTooMany(await ask(email))
    const form = await new Browser().form('/forgot-password', 'Send the link')
    expectTooMany(await new Browser().post('/forgot-password', { ...form, email }, { headers: { 'x-forwarded-for': '198.51.100.61' } }))
    expect((await linksTo(email)).filter((link) => link.startsWith('password-reset'))).toEqual([])
  })
})

describe('what somebody who is signed in asks for', () => {
  test('the link that confirms an address, five times an hour', async () => {
    const one = await registered()
    const again = () => one.browser.submit('/private', 'Send again')
    await asSuperuser(`UPDATE tokens SET created_at = created_at - interval '2 minutes' WHERE email = $1`, [one.email])
    for (let n = 0; n < 5; n += 1) expect((await again()).text).not.toMatch(WHEN)
    await asSuperuser(`UPDATE tokens SET created_at = created_at - interval '2 minutes' WHERE email = $1`, [one.email])
    const held = await linksTo(one.email)
    expectTooMany(await again())
    expect(await linksTo(one.email)).toEqual(held)
    await asSuperuser('DELETE FROM limits')
    await again()
    expect(await linksTo(one.email)).not.toEqual(held)
  })

  test('another address, five times an hour, however many addresses they are', async () => {
    const one = await registered()
    const change = (email: string) => one.browser.submit('/private/settings/email', 'Change email', { email })
    for (let n = 0; n < 5; n += 1) expect((await change(newPerson().email)).text).toContain('we sent a link')
    const wanted = newPerson().email
    const answer = await changesNothing(() => change(wanted))
    expectTooMany(answer)
    expect(answer.text).toContain(wanted) // what was typed is still there
    await outdate(one)
    const form = await one.browser.form('/private/settings/email', 'Change email')
    const proven = await one.browser.post('/private/settings/email', { ...form, email: wanted, proof: PASSWORD }, PATIENT)
    expectTooMany(proven)
    expect(proven.text).not.toContain('Confirm with your password') // it was right, and is not asked for again
  })

  test('the address of somebody else, five times an hour between all who ask for it', async () => {
    const wanted = newPerson().email
    const askers = await Promise.all(Array.from({ length: 6 }, () => registered()))
    const answers: Answer[] = []
    for (const { browser } of askers) answers.push(await browser.submit('/private/settings/email', 'Change email', { email: wanted }))
    expect(answers.map(({ text }) => WHEN.test(text))).toEqual([false, false, false, false, false, true])
  })
})

describe('an invitation', () => {
  const invite = ({ browser, slug }: Person, emails: string) =>
    browser.submit(`/private/accounts/${slug}/members/invitations`, 'Send invitations', { emails, role: 'MEMBER' })

  test('is sent to a thousand addresses a day by one person, and a list that goes past it is sent to none', async () => {
    await counted(`invitation:user:${await userIdOf(person)}`, 999)
    const [one, other] = [newPerson().email, newPerson().email]
    const refused = await invite(person, `${one}, ${other}`)
    expectTooMany(refused)
    expect(refused.text).toContain(one)
    expect(await Promise.all([invitedRow(one), invitedRow(other)])).toEqual([undefined, undefined])
    expect((await invite(person, one)).text).not.toMatch(WHEN)
    expect(await invitedRow(one)).toBeDefined()
    expectTooMany(await invite(person, other))
  })

  test('is sent again within the same count', async () => {
    const { email } = newPerson()
    await invite(person, email)
    const held = await invitedRow(email)
    await counted(`invitation:user:${await userIdOf(person)}`, 1000)
    const path = `/private/accounts/${person.slug}/members/invitations`
    const form = await person.browser.form(path, `Send again to ${email}`)
    expectTooMany(await person.browser.post(path, { ...form, id: String(held?.id) }))
    expect(await invitedRow(email)).toEqual(held)
  })

  test('sends its link to the one who waits for it twenty times an hour', async () => {
    const invited = await registered()
    await invite(person, invited.email)
    const held = await invitedRow(invited.email)
    await counted(`invitation-link:user:${await userIdOf(invited)}`, 20)
    const form = await invited.browser.form('/private', 'Send me the link')
    expectTooMany(await invited.browser.post('/private', form))
    expect(await invitedRow(invited.email)).toEqual(held)
  })
})

describe('a password that is asked for once more', () => {
  const SESSIONS = '/private/settings/sessions'
  const DATA = '/private/settings/data'
  const prove = async ({ browser }: Pick<Person, 'browser'>, proof: string) =>
    browser.post(DATA, { ...(await browser.form(DATA, 'Get my data')), proof }, PATIENT)
  test('is judged ten times an hour in a session, whatever it is for, and then not even the right one is', async () => {
    const one = await registered()
    await outdate(one)
    for (let n = 0; n < 10; n += 1) expect((await prove(one, `not the one ${n}`)).text).toContain('Your password is incorrect.')
    await changesNothing(async () => {
      const refused = await prove(one, PASSWORD)
      expectTooMany(refused)
      expect(refused.text).toContain('Confirm with your password to go on.') // the field stays, to go on from
      const change = { currentPassword: PASSWORD, password: 'seven grey herons standing' }
      expectTooMany(await one.browser.submit('/private/settings/password', 'Change password', change, PATIENT))
      expectTooMany(await one.browser.submit(DATA, 'Delete my user', { confirmation: one.email, proof: PASSWORD }))
    })
    expect((await one.browser.get('/private')).status).toBe(200)
  })

  test('in a session that was stolen keeps nobody from ending it: another session has its own count', async () => {
    const one = await registered()
    const thief = one.browser.copy()
    await outdate(one)
    for (let n = 0; n < 10; n += 1) await prove({ browser: thief }, `not the one ${n}`)
    expectTooMany(await prove({ browser: thief }, PASSWORD))
    const owner = new Browser()
    expect((await owner.submit('/login', 'Sign in', { email: one.email, password: PASSWORD }, PATIENT)).status).toBe(303)
    await outdate(one)
    const form = await owner.form(SESSIONS, 'End all other sessions')
    expect((await owner.post(SESSIONS, { ...form, proof: PASSWORD }, PATIENT)).text).not.toMatch(WHEN)
    await expectNobody(thief, one.email)
  })

  test('tried fifty times at once is judged ten times at most', async () => {
    const one = await registered()
    await outdate(one)
    const form = await one.browser.form(DATA, 'Get my data')
    const tries = Array.from({ length: 50 }, (_, n) => one.browser.copy().post(DATA, { ...form, proof: `not the one ${n}` }, PATIENT))
    const answers = await Promise.all(tries)
    for (const answer of answers) expectNoFault(answer)
    expect(answers.filter(({ text }) => text.includes('Your password is incorrect.')).length).toBeLessThanOrEqual(10)
    expect(answers.filter(({ text }) => WHEN.test(text)).length).toBeGreaterThanOrEqual(1)
  })
})

describe('registering', () => {
  test('from one client is over after a thousand an hour, and makes nobody', async () => {
    await registered()
    await asSuperuser(`UPDATE limits SET points = 1000 WHERE key LIKE 'registration:address:%'`)
    const { accountName, email, password } = newPerson()
    const answer = await changesNothing(() => new Browser().submit('/register', 'Create account', { accountName, email, password }))
    expectTooMany(answer)
    expect(answer.text).toContain(accountName)
    expect(answer.text).not.toContain(password)
  })
})
