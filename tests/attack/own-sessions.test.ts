import { beforeAll, describe, expect, test } from 'vitest'
import { asSuperuser } from '../support/database'
import { mailsTo, newestMail, subjectOf } from '../support/mailbox'
import { Browser, BUSY, changesNothing, expectNoFault, ORIGIN, PASSWORD, registered, signedIn, TOO_MANY } from './browserless'
import { expectNobody, hashOf, idOf } from './sealing'

// One's own sessions, ended from one another, and another person's, which cannot be.

type Person = Awaited<ReturnType<typeof registered>>
const SESSIONS = '/private/settings/sessions'
const NEW = 'seven grey herons standing'
const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1'
const PATIENT = { withinMs: 50_000 }

let [person, stranger] = [] as unknown as [Person, Person]
beforeAll(async () => {
  person = await registered()
  stranger = await registered()
})

async function handleOf({ browser }: Pick<Person, 'browser'>): Promise<string> {
  const [row] = await asSuperuser<{ handle: string }>('SELECT handle FROM sessions WHERE id_hash = $1', [hashOf(await idOf(browser))])
  return row?.handle ?? ''
}

describe('ending a session by its handle', () => {
  test('ends one’s own other session at its next request, for every door', async () => {
    const other = await signedIn(person)
    const answer = await person.browser.submit(SESSIONS, 'End the session', { handle: await handleOf({ browser: other }) })
    expect([answer.status, (await person.browser.get('/private')).status]).toEqual([200, 200])
    await expectNobody(other, person.email)
  })

  test('ends nobody else’s, nor the one that asks, and says no more of it than of one that never was', async () => {
    await signedIn(person)
    const form = await person.browser.form(SESSIONS, 'End the session')
    const texts = await changesNothing(async () => {
      const said: string[] = []
      for (const handle of [await handleOf(stranger), await handleOf(person), '00000000-0000-4000-8000-000000000000']) {
        const answer = await person.browser.post(SESSIONS, { ...form, handle })
        expectNoFault(answer)
        said.push(`${answer.status} ${answer.text.includes('is ended')}`)
      }
      return said
    })
    expect(new Set(texts)).toEqual(new Set(['200 false']))
    expect((await stranger.browser.get('/private')).status).toBe(200)
  })

  test('is no page from which an id could be had, own or other', async () => {
    const other = await signedIn(person)
    const { text } = await person.browser.get(SESSIONS)
    for (const id of [await idOf(other), await idOf(person.browser)]) {
      expect(text).not.toContain(id)
      expect(text).not.toContain(hashOf(id).toString('hex'))
    }
    expect(text).not.toContain(await handleOf(stranger))
  })
})

describe('signing in from a new browser', () => {
  const SUBJECT = subjectOf('new-device')
  const notifications = (email: string) => mailsTo(email).filter(({ subject }) => subject === SUBJECT)

  test('sends one email per new browser, and none for the browser used to register', async () => {
    const someone = await registered()
    await someone.browser.submit('/login', 'Sign in', { email: someone.email, password: PASSWORD }, PATIENT)
    const phone = new Browser()
    for (let n = 0; n < 2; n += 1)
      await phone.submit(
        '/login',
        'Sign in',
        { email: someone.email, password: PASSWORD },
        { ...PATIENT, headers: { 'user-agent': PHONE } },
      )
    const mail = await newestMail(someone.email, { subject: SUBJECT })
    expect(mail.text).toContain('Safari on iOS')
    expect(mail.links[0]).toBe(`${ORIGIN}/private/settings/sessions`)
    await signedIn(someone) // mail is sent in order: once this one is here, so are the earlier ones
    await expect.poll(() => notifications(someone.email).length, { timeout: 10_000 }).toBe(2)
  })

  test('sends no email if the password is wrong', async () => {
    const someone = await registered()
    await new Browser().submit('/login', 'Sign in', { email: someone.email, password: 'not the password' }, PATIENT)
    await signedIn(someone)
    await newestMail(someone.email, { subject: SUBJECT })
    expect(notifications(someone.email)).toHaveLength(1)
  })
})

test('a page past the end of one’s sessions says so, and still ends them all', async () => {
  await signedIn(person)
  const handle = await handleOf({ browser: await signedIn(stranger) })
  for (const after of ['00000000-0000-0000-0000-000000000000', handle]) {
    const { status, text } = await person.browser.get(`${SESSIONS}?after=${after}`)
    expect([status, text.includes('This session'), text.includes('End all other sessions')]).toEqual([200, true, true])
  }
  const { text } = await person.browser.get(`${SESSIONS}?after=00000000-0000-0000-0000-000000000000`)
  expect([text.includes('No more sessions'), text.includes('You are signed in nowhere else.')]).toEqual([true, false])
})

describe('changing the password', () => {
  test('by fifty at once with one cookie changes it once, renews the session once, and kills every copy', async () => {
    const someone = await registered()
    const other = await signedIn(someone)
    const form = await someone.browser.form('/private/settings/password', 'Change password')
    const copies = Array.from({ length: 50 }, () => someone.browser.copy())
    const answers = await Promise.all(
      copies.map((copy) => copy.post('/private/settings/password', { ...form, currentPassword: PASSWORD, password: NEW }, PATIENT)),
    )
    for (const answer of answers) expectNoFault(answer)
    const done = answers.filter(({ text }) => text.includes('Your password is changed'))
    expect(done).toHaveLength(1)
    for (const { text, location } of answers.filter((answer) => !done.includes(answer)))
      expect(
        location?.startsWith('/login') ||
          text.includes(BUSY) ||
          text.includes('is incorrect') ||
          text.includes(TOO_MANY) ||
          text.includes('cannot reach'),
      ).toBe(true)
    await expectNobody(someone.browser, someone.email)
    await expectNobody(other, someone.email)
    const winner = copies[answers.indexOf(done[0] as (typeof answers)[number])]
    expect((await winner?.copy().get('/private'))?.status).toBe(200)
    expect(await asSuperuser('SELECT FROM sessions JOIN users ON users.id = user_id WHERE email = $1', [someone.email])).toHaveLength(1)
    await expect(signedIn({ email: someone.email, password: NEW })).resolves.toBeDefined()
  })

  test('takes the old one, and neither comes back in the page', async () => {
    const form = await person.browser.form('/private/settings/password', 'Change password')
    const answer = await person.browser.post(
      '/private/settings/password',
      { ...form, currentPassword: 'not the password', password: NEW },
      PATIENT,
    )
    expect([answer.status, answer.text.includes('Your password is incorrect.')]).toEqual([200, true])
    for (const secret of ['not the password', NEW]) expect(answer.text).not.toContain(secret)
    expect((await signedIn(person)).session).toBeDefined()
  })
})
