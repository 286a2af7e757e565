import { beforeEach, describe, expect, test } from 'vitest'
import { asSuperuser } from '../support/database'
import { type Browser, BUSY, changesNothing, expectNoFault, newPerson, PASSWORD, registered, signedIn, TOO_MANY } from './browserless'
import { expectNobody, hashOf, idOf } from './sealing'

// What is grave asks for the password again, however it is asked for.

const PATIENT = { withinMs: 50_000 }
type Person = Awaited<ReturnType<typeof registered>>
const GRAVE: [button: string, pathOf: (person: Person) => string, fieldsOf: (person: Person) => Record<string, string>][] = [
  ['End all other sessions', () => '/private/settings/sessions', () => ({})],
  ['Get my data', () => '/private/settings/data', () => ({})],
  ['Delete my user', () => '/private/settings/data', ({ email }) => ({ confirmation: email })],
  ['Change email', () => '/private/settings/email', () => ({ email: newPerson().email })],
  ['Delete account', ({ slug }) => `/private/accounts/${slug}/settings`, ({ accountName }) => ({ confirmation: accountName })],
]

let person: Person
let other: Browser
beforeEach(async () => {
  person = await registered()
  other = await signedIn(person)
})

async function lastProven(browser: Browser, interval: string) {
  await asSuperuser('UPDATE sessions SET authenticated_at = now() - $2::interval WHERE id_hash = $1', [
    hashOf(await idOf(browser)),
    interval,
  ])
}

describe.each(GRAVE)('“%s”', (button, pathOf, fieldsOf) => {
  test('asks, and does nothing, when the proof is eleven minutes old; the session stays', async () => {
    await lastProven(person.browser, '11 minutes')
    const form = await person.browser.form(pathOf(person), button)
    const answer = await changesNothing(() => person.browser.post(pathOf(person), { ...form, ...fieldsOf(person) }))
    expect([answer.status, answer.text.includes('Confirm with your password to go on.')]).toEqual([200, true])
    expect((await person.browser.get('/private')).status).toBe(200)
  })

  test.each(['', 'not the password', 'x'.repeat(5000)])('takes no %j for a proof', async (proof) => {
    await lastProven(person.browser, '11 minutes')
    const form = await person.browser.form(pathOf(person), button)
    const held = person.browser.session
    const answer = await person.browser.post(pathOf(person), { ...form, ...fieldsOf(person), proof }, PATIENT)
    expectNoFault(answer)
    expect(answer.text).toContain('Confirm with your password to go on.')
    if (proof) expect(answer.text).not.toContain(proof)
    expect(person.browser.session).toBe(held)
    expect((await other.get('/private')).status).toBe(200)
  })

  test('goes on in the same request with the right one, under a new id', async () => {
    await lastProven(person.browser, '11 minutes')
    const thief = person.browser.copy()
    const form = await person.browser.form(pathOf(person), button)
    const answer = await person.browser.post(pathOf(person), { ...form, ...fieldsOf(person), proof: PASSWORD }, PATIENT)
    expect([200, 303]).toContain(answer.status)
    expect(answer.text).not.toContain('Confirm with your password')
    await expectNobody(thief, person.email)
  })
})

test('a proof is not asked for at nine minutes', async () => {
  await lastProven(person.browser, '9 minutes')
  const answer = await person.browser.submit('/private/settings/sessions', 'End all other sessions')
  expect(answer.text).toContain('One other session is ended.')
  await expectNobody(other, person.email)
})

test('fifty proofs at once with one cookie make one new session, and the others are sent to sign in', async () => {
  await lastProven(person.browser, '11 minutes')
  const form = await person.browser.form('/private/settings/data', 'Get my data')
  const copies = Array.from({ length: 50 }, () => person.browser.copy())
  const answers = await Promise.all(copies.map((copy) => copy.post('/private/settings/data', { ...form, proof: PASSWORD }, PATIENT)))
  for (const answer of answers) expectNoFault(answer)
  const done = answers.filter(({ text }) => text.includes('Your file is ready.'))
  expect(done).toHaveLength(1)
  for (const { text, location } of answers.filter((answer) => !done.includes(answer)))
    expect(location?.startsWith('/login') || text.includes(BUSY) || text.includes(TOO_MANY) || text.includes('cannot reach')).toBe(true)
  expect(await asSuperuser('SELECT FROM sessions JOIN users ON users.id = user_id WHERE email = $1', [person.email])).toHaveLength(2)
})

test('the file at /private/settings/data/export is for a fresh proof alone, and written down', async () => {
  await lastProven(person.browser, '11 minutes')
  const refused = await changesNothing(() => person.browser.get('/private/settings/data/export'))
  expect([refused.status, refused.location, refused.text.includes(person.email)]).toEqual([307, '/private/settings/data', false])
  await lastProven(person.browser, '9 minutes')
  const answer = await person.browser.get('/private/settings/data/export')
  expect([answer.status, JSON.parse(answer.text).profile.email]).toEqual([200, person.email])
  expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="my-data-\d{4}-\d\d-\d\d\.json"$/)
  expect(
    await asSuperuser("SELECT FROM audit_events JOIN users ON users.id = user_id WHERE kind = 'user.exported' AND email = $1", [
      person.email,
    ]),
  ).toHaveLength(1)
})

test('whoever deletes themselves is out everywhere at once, and their address is free', async () => {
  const answer = await person.browser.submit('/private/settings/data', 'Delete my user', { confirmation: person.email.toUpperCase() })
  expect([answer.status, answer.location, person.browser.session]).toEqual([303, '/?deleted', undefined])
  await expectNobody(other, person.email)
  expect(await asSuperuser('SELECT FROM users WHERE email = $1', [person.email])).toEqual([])
  expect(await asSuperuser('SELECT FROM accounts WHERE name = $1', [person.accountName])).toEqual([])
})
