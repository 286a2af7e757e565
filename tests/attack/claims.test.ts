import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Server } from '../fault/server'
import { FAST_HASHING, SHARED_ADDRESS } from '../run/server.mjs'
import { asSuperuser } from '../support/database'
import { HttpClient, ORIGIN } from '../support/http-client'
import * as labels from '../support/labels'
import { newUser, PASSWORD } from '../support/new-user'
import { registerUser } from './attack'

// Anyone can register with an email that is not theirs. A link from the inbox confirms the email only with the session or
// password of the user who registered. A password reset hands the user over to the owner of the inbox.

const NEW_PASSWORD = 'eleven grey pelicans'
const MODES = ['open', 'verify', 'invite'] as const
type Mode = (typeof MODES)[number]
const BROWSERS = ['the registering browser', 'another browser, signed out', "another user's session"] as const
type Browser = (typeof BROWSERS)[number]

/** The state of the user who registered, after a link was used. */
type Outcome = { isConfirmed: boolean; sessionLives: boolean; passwordWorks: boolean; isMember: boolean }
const NOTHING: Outcome = { isConfirmed: false, sessionLives: true, passwordWorks: true, isMember: false }
const CONFIRMED: Outcome = { ...NOTHING, isConfirmed: true }
const TAKEN_OVER: Outcome = { ...NOTHING, isConfirmed: true, sessionLives: false, passwordWorks: false }
const JOINED: Outcome = { ...CONFIRMED, isMember: true }

type User = Awaited<ReturnType<typeof registerUser>>
type Operation = { path: string; button: (user: User) => string; fields: object; outcomes: Record<Browser, Outcome> }
const OPERATIONS: Record<string, Operation> = {
  'a confirmation': {
    path: 'verify-email',
    button: () => labels.confirmEmail,
    fields: {},
    outcomes: { [BROWSERS[0]]: CONFIRMED, [BROWSERS[1]]: NOTHING, [BROWSERS[2]]: NOTHING },
  },
  'a reset': {
    path: 'reset-password',
    button: () => labels.setPassword,
    fields: { password: NEW_PASSWORD },
    outcomes: { [BROWSERS[0]]: TAKEN_OVER, [BROWSERS[1]]: TAKEN_OVER, [BROWSERS[2]]: TAKEN_OVER },
  },
  'an invitation': {
    path: 'invitations',
    button: () => `Join ${host.accountName}`,
    fields: {},
    outcomes: { [BROWSERS[0]]: JOINED, [BROWSERS[1]]: NOTHING, [BROWSERS[2]]: NOTHING },
  },
}

let host: User
let other: User
const servers: Partial<Record<Mode, Server>> = {}
beforeAll(async () => {
  const { DATABASE_URL, AUTH_SECRET, PASSWORD_PEPPER, FACTOR_KEY } = process.env
  const settings = { DATABASE_URL, AUTH_SECRET, PASSWORD_PEPPER, FACTOR_KEY, WORKER: 'off', ...FAST_HASHING, ...SHARED_ADDRESS }
  ;[host, other] = [await registerUser(), await registerUser()]
  const started = await Promise.all([Server.start({ ...settings, SIGN_UP: 'verify' }), Server.start({ ...settings, SIGN_UP: 'invite' })])
  Object.assign(servers, { verify: started[0], invite: started[1] })
}, 60_000)
afterAll(() => Promise.all(Object.values(servers).map((server) => server.stop())))

const originOf = (mode: Mode) => servers[mode]?.origin ?? ORIGIN

/** @returns a client of the server in this mode, with the cookies of another client */
function at(mode: Mode, { cookies }: HttpClient = new HttpClient()): HttpClient {
  const client = new HttpClient(originOf(mode))
  for (const [name, value] of cookies) client.cookies.set(name, value)
  return client
}

/** Inserts the token of a link that an email to the user would contain. @returns its path */
async function linkTo({ email }: User, path: string): Promise<string> {
  const [token, id] = [randomBytes(32).toString('base64url'), randomUUID()]
  const hash = createHash('sha256').update(token).digest()
  if (path === 'invitations') {
    await asSuperuser(
      `INSERT INTO invitations (account_id, id, email, role, invited_by, expires_at)
       SELECT account_id, $1, $2, 'MEMBER', user_id, now() + interval '1 day' FROM memberships JOIN accounts ON accounts.id = account_id WHERE slug = $3 AND role = 'OWNER'`,
      [id, email, host.slug],
    )
    await asSuperuser(
      `INSERT INTO tokens (hash, purpose, email, account_id, invitation_id, expires_at)
       SELECT $1, 'invitation', email, account_id, id, expires_at FROM invitations WHERE id = $2`,
      [hash, id],
    )
  } else {
    const purpose = path === 'verify-email' ? 'email-verification' : 'password-reset'
    await asSuperuser(
      `INSERT INTO tokens (hash, purpose, email, user_id, expires_at) SELECT $1, $2, email, id, now() + interval '1 hour' FROM users WHERE email = $3`,
      [hash, purpose, email],
    )
  }
  return `/${path}/${token}`
}

async function outcomeFor(mode: Mode, { email, password, client }: User): Promise<Outcome> {
  const [user] = await asSuperuser<{ isConfirmed: boolean; isMember: boolean }>(
    `SELECT email_verified_at IS NOT NULL AS "isConfirmed",
            EXISTS (SELECT FROM memberships JOIN accounts ON accounts.id = account_id WHERE user_id = users.id AND slug = $2) AS "isMember"
       FROM users WHERE email = $1`,
    [email, host.slug],
  )
  const { status } = await at(mode).submit('/login', labels.signIn, { email, password })
  return {
    isConfirmed: user?.isConfirmed ?? false,
    isMember: user?.isMember ?? false,
    passwordWorks: status === 303,
    sessionLives: (await at(mode, client).get('/private')).status === 200,
  }
}

/** Submits the page's form, if the page has this button. */
async function press(client: HttpClient, path: string, button: string, fields: object) {
  const page = await client.get(`/${path}/open`)
  return page.text.includes(`>${button}<`) ? client.submit(`/${path}/open`, button, { ...fields }) : page
}

const CASES = MODES.flatMap((mode) => Object.keys(OPERATIONS).flatMap((name) => BROWSERS.map((browser) => [mode, name, browser] as const)))

// ASVS 6.3.8, 6.4.1
describe('a link for an unconfirmed user', () => {
  test.each(CASES)('with SIGN_UP=%s, %s grants only what its browser allows, in %s', async (mode, name, browser) => {
    const { path, button, fields, outcomes } = OPERATIONS[name] as Operation
    const user = await registerUser(newUser(), { isConfirmed: false })
    const client = at(mode, { [BROWSERS[0]]: user.client, [BROWSERS[1]]: new HttpClient(), [BROWSERS[2]]: other.client }[browser])
    await client.get(await linkTo(user, path))
    const response = await press(client, path, button(user), fields)
    expect(response.status).toBeLessThan(500)
    expect(await outcomeFor(mode, user)).toEqual(outcomes[browser])
    expect(await outcomeFor(mode, other)).toMatchObject({ passwordWorks: true, isMember: false })
  })

  test.each(['', 'not the password'])('requires the password in another browser, and rejects %j', async (password) => {
    const user = await registerUser(newUser(), { isConfirmed: false })
    const client = at('open')
    await client.get(await linkTo(user, 'verify-email'))
    const { text } = await client.submit('/verify-email/open', labels.confirmEmail, { password })
    expect(text).toContain('id="password-error"')
    expect(await outcomeFor('open', user)).toEqual(NOTHING)
  })

  test.each([
    ['another browser', async () => new HttpClient()],
    ['the browser of another user', async () => (await registerUser()).client],
  ])('confirms the email with the password in %s', async (_, browser) => {
    const user = await registerUser(newUser(), { isConfirmed: false })
    const client = at('open', await browser())
    await client.get(await linkTo(user, 'verify-email'))
    const { location } = await client.submit('/verify-email/open', labels.confirmEmail, { password: PASSWORD })
    expect(location).toBe('/verify-email/done')
    expect(await outcomeFor('open', user)).toEqual(CONFIRMED)
  })
})

test('shows an unconfirmed user the reason instead of the invitation form', async () => {
  const user = await registerUser(newUser(), { isConfirmed: false })
  await linkTo(user, 'invitations')
  const home = await user.client.get('/private')
  expect(home.text).not.toContain(host.accountName)
  const path = `/private/accounts/${user.slug}/members/invitations`
  const { text } = await user.client.get(path)
  expect([text.includes('Confirm your email to invite people.'), text.includes(labels.sendInvitations)]).toEqual([true, false])
  const resent = await user.client.submit(path, labels.sendNewLink)
  expect(resent.status).toBeLessThan(400)
})
