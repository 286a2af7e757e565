import { beforeAll, describe, expect, test } from 'vitest'
import { sentence } from '@/lib/messages'
import { asSuperuser } from '../support/database'
import { expectUnchanged } from '../support/database-state'
import { HttpClient, ORIGIN } from '../support/http-client'
import * as labels from '../support/labels'
import { mailsTo, newestMail, subjectOf } from '../support/mailbox'
import { PASSWORD } from '../support/new-user'
import { BUSY, expectNoServerError, flashIn, registerUser, signIn, TOO_MANY, UNAVAILABLE } from './attack'
import { expectSignedOut, hashSessionId, sessionIdOf } from './session-cookie'

// A user can end their own sessions from another session, but not those of other users.

type User = Awaited<ReturnType<typeof registerUser>>
const SESSIONS = '/private/settings/sessions'
const NEW = 'seven grey herons standing'
const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1'
const PATIENT = { timeoutMs: 50_000 }

let [user, stranger] = [] as unknown as [User, User]
beforeAll(async () => {
  user = await registerUser()
  stranger = await registerUser()
})

async function handleOf({ client }: Pick<User, 'client'>): Promise<string> {
  const [row] = await asSuperuser<{ handle: string }>('SELECT handle FROM sessions WHERE id_hash = $1', [
    hashSessionId(await sessionIdOf(client)),
  ])
  return row?.handle ?? ''
}

describe('ending a session by its handle', () => {
  // ASVS 7.4.1, 7.5.2
  test('ends another session of the same user at its next request', async () => {
    const other = await signIn(user)
    const response = await user.client.submit(SESSIONS, 'End session', { handle: await handleOf({ client: other }) })
    expect([response.status, (await user.client.get('/private')).status]).toEqual([303, 200])
    await expectSignedOut(other, user.email)
  })

  // ASVS 8.2.2
  test('gives the same answer for another user’s session, the current one, and an unknown one', async () => {
    await signIn(user)
    const form = await user.client.form(SESSIONS, 'End session')
    const texts = await expectUnchanged(async () => {
      const answers: string[] = []
      for (const handle of [await handleOf(stranger), await handleOf(user), '00000000-0000-4000-8000-000000000000']) {
        const response = await user.client.post(SESSIONS, { ...form, handle })
        expectNoServerError(response)
        answers.push(`${response.status} ${response.text.includes(sentence('session-already-ended'))}`)
      }
      return answers
    })
    expect(new Set(texts)).toEqual(new Set(['200 true']))
    expect((await stranger.client.get('/private')).status).toBe(200)
  })

  // ASVS 3.3.4, 15.3.1
  test('shows no session id on the page', async () => {
    const other = await signIn(user)
    const { text } = await user.client.get(SESSIONS)
    for (const id of [await sessionIdOf(other), await sessionIdOf(user.client)]) {
      expect(text).not.toContain(id)
      expect(text).not.toContain(hashSessionId(id).toString('hex'))
    }
    expect(text).not.toContain(await handleOf(stranger))
  })
})

describe('signing in from a new browser', () => {
  const SUBJECT = subjectOf('new-device')
  const notifications = (email: string) => mailsTo(email).filter(({ subject }) => subject === SUBJECT)

  // ASVS 6.3.5
  test('sends one email per new browser, and none for the browser used to register', async () => {
    const someone = await registerUser()
    await someone.client.submit('/login', labels.signIn, { email: someone.email, password: PASSWORD }, PATIENT)
    const phone = new HttpClient()
    for (let n = 0; n < 2; n += 1)
      await phone.submit(
        '/login',
        labels.signIn,
        { email: someone.email, password: PASSWORD },
        { ...PATIENT, headers: { 'user-agent': PHONE } },
      )
    const mail = await newestMail(someone.email, { subject: SUBJECT })
    expect(mail.text).toContain('Safari on iOS')
    expect(mail.links[0]).toBe(`${ORIGIN}/private/settings/sessions`)
    await signIn(someone) // mail is sent in order: once this one has arrived, so have the earlier ones
    await expect.poll(() => notifications(someone.email).length, { timeout: 10_000 }).toBe(2)
  })

  test('sends no email if the password is wrong', async () => {
    const someone = await registerUser()
    await new HttpClient().submit('/login', labels.signIn, { email: someone.email, password: 'not the password' }, PATIENT)
    await signIn(someone)
    await newestMail(someone.email, { subject: SUBJECT })
    expect(notifications(someone.email)).toHaveLength(1)
  })
})

test('a page number past the end says so, and still offers to end all other sessions', async () => {
  await signIn(user)
  const handle = await handleOf({ client: await signIn(stranger) })
  for (const after of ['00000000-0000-0000-0000-000000000000', handle]) {
    const { status, text } = await user.client.get(`${SESSIONS}?after=${after}`)
    expect([status, text.includes('This session'), text.includes(labels.endAllOtherSessions)]).toEqual([200, true, true])
  }
  const { text } = await user.client.get(`${SESSIONS}?after=00000000-0000-0000-0000-000000000000`)
  expect([text.includes('No more sessions'), text.includes('No other active sessions.')]).toEqual([true, false])
})

describe('changing the password', () => {
  // ASVS 7.2.4, 7.4.3
  test('succeeds once for fifty simultaneous requests, renews one session, and ends every copy of the cookie', async () => {
    const someone = await registerUser()
    const other = await signIn(someone)
    const form = await someone.client.form('/private/settings/password', labels.changePassword)
    const copies = Array.from({ length: 50 }, () => someone.client.copy())
    const responses = await Promise.all(
      copies.map((copy) => copy.post('/private/settings/password', { ...form, currentPassword: PASSWORD, password: NEW }, PATIENT)),
    )
    for (const response of responses) expectNoServerError(response)
    const done = responses.filter((response) => flashIn(response) === sentence('password-changed'))
    expect(done).toHaveLength(1)
    for (const { status, text, location } of responses.filter((response) => !done.includes(response)))
      expect(
        status === 429 || // too many simultaneous requests from one address
          location?.startsWith('/login') ||
          text.includes(BUSY) ||
          text.includes('is incorrect') ||
          text.includes(TOO_MANY) ||
          text.includes(UNAVAILABLE),
      ).toBe(true)
    await expectSignedOut(someone.client, someone.email)
    await expectSignedOut(other, someone.email)
    const winner = copies[responses.indexOf(done[0] as (typeof responses)[number])]
    expect((await winner?.copy().get('/private'))?.status).toBe(200)
    expect(await asSuperuser('SELECT FROM sessions JOIN users ON users.id = user_id WHERE email = $1', [someone.email])).toHaveLength(1)
    await expect(signIn({ email: someone.email, password: NEW })).resolves.toBeDefined()
  })

  // ASVS 6.2.3, 14.2.6
  test('requires the current password, and returns neither password in the page', async () => {
    const form = await user.client.form('/private/settings/password', labels.changePassword)
    const response = await user.client.post(
      '/private/settings/password',
      { ...form, currentPassword: 'not the password', password: NEW },
      PATIENT,
    )
    expect([response.status, response.text.includes(sentence('password-incorrect'))]).toEqual([200, true])
    for (const secret of ['not the password', NEW]) expect(response.text).not.toContain(secret)
    expect((await signIn(user)).session).toBeDefined()
  })
})
