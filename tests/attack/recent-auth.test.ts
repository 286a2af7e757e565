import { beforeEach, describe, expect, test } from 'vitest'
import { message, sentence } from '@/lib/messages'
import { needsRecentAuth } from '@/lib/policy'
import { Server } from '../fault/server'
import type { AccountAction } from '../registry/entries'
import { ACCOUNT_ACTIONS, ACCOUNT_ROUTES, callAction, USER_ACTIONS, urlOf } from '../registry/registry'
import { contentsOf, makeWorld, newSuffix, type World } from '../registry/world'
import { asSuperuser } from '../support/database'
import { expectUnchanged } from '../support/database-state'
import { HttpClient, type HttpResponse } from '../support/http-client'
import * as labels from '../support/labels'
import { newUser, PASSWORD } from '../support/new-user'
import { ageProofs } from '../support/proofs'
import { BUSY, expectNoServerError, flashIn, registerUser, signIn, TOO_MANY, UNAVAILABLE } from './attack'
import { expectSignedOut, sessionIdOf } from './session-cookie'

// Sensitive actions require a password entered in the last ten minutes (ASVS 7.5.1, 7.5.2).

const PATIENT = { timeoutMs: 50_000 }
type User = Awaited<ReturnType<typeof registerUser>>
const SENSITIVE: [button: string, pathOf: (user: User) => string, fieldsOf: (user: User) => Record<string, string>][] = [
  [labels.endAllOtherSessions, () => '/private/settings/sessions', () => ({})],
  [labels.getMyData, () => '/private/settings/data', () => ({})],
  [labels.deleteProfile, () => '/private/settings/data', ({ email }) => ({ confirmation: email })],
  [labels.changeEmail, () => '/private/settings/email', () => ({ email: newUser().email })],
  [labels.deleteAccount, ({ slug }) => `/private/accounts/${slug}/settings`, ({ accountName }) => ({ confirmation: accountName })],
]

let user: User
let other: HttpClient
beforeEach(async () => {
  user = await registerUser()
  other = await signIn(user)
})

async function lastProven(client: HttpClient, interval: string) {
  await ageProofs({ sessionId: await sessionIdOf(client) }, interval)
}

describe.each(SENSITIVE)('“%s”', (button, pathOf, fieldsOf) => {
  // ASVS 7.5.1, 7.5.2, 7.5.3
  test('asks for the password, and does nothing else, eleven minutes after sign-in', async () => {
    await lastProven(user.client, '11 minutes')
    const form = await user.client.form(pathOf(user), button)
    const response = await expectUnchanged(() => user.client.post(pathOf(user), { ...form, ...fieldsOf(user) }))
    expect([response.status, response.text.includes('Enter your password to continue.')]).toEqual([200, true])
    expect((await user.client.get('/private')).status).toBe(200)
  })

  // ASVS 7.5.1, 7.5.2, 7.5.3
  test.each(['', 'not the password', 'x'.repeat(5000)])('rejects %j as the password', async (proof) => {
    await lastProven(user.client, '11 minutes')
    const form = await user.client.form(pathOf(user), button)
    const sessionId = user.client.session
    const response = await user.client.post(pathOf(user), { ...form, ...fieldsOf(user), proof }, PATIENT)
    expectNoServerError(response)
    expect(response.text).toContain('Enter your password to continue.')
    if (proof) expect(response.text).not.toContain(proof)
    expect(user.client.session).toBe(sessionId)
    expect((await other.get('/private')).status).toBe(200)
  })

  // ASVS 7.2.4
  test('runs in the same request if the password is correct, and renews the session id', async () => {
    await lastProven(user.client, '11 minutes')
    const thief = user.client.copy()
    const form = await user.client.form(pathOf(user), button)
    const response = await user.client.post(pathOf(user), { ...form, ...fieldsOf(user), proof: PASSWORD }, PATIENT)
    expect([200, 303]).toContain(response.status)
    expect(response.text).not.toContain('Enter your password to continue')
    await expectSignedOut(thief, user.email)
  })
})

// ASVS 7.5.1, 7.5.2
describe('eleven minutes after the last password', () => {
  const BY_REGISTRY: [string, asks: boolean, call: (world: World) => Promise<HttpResponse>][] = [
    ...USER_ACTIONS.flatMap(({ name, id, pages, asks, fields, thing }): typeof BY_REGISTRY =>
      asks === 'always' // the form has its own password field
        ? []
        : [
            [
              name,
              asks,
              (world) => callAction(world.callers.OWNER.client, { id, url: pages[0] ?? '', fields: fieldsIn(world, { fields, thing }) }),
            ],
          ],
    ),
    ...ACCOUNT_ACTIONS.flatMap((action): typeof BY_REGISTRY => {
      const { name, permission, target, onOwner } = action
      const call = (entry: Pick<AccountAction, 'fields' | 'thing'>) => (world: World) =>
        callAction(world.callers.OWNER.client, {
          id: action.id,
          url: urlOf(action.pages[0] ?? '', world.own, world.own.memberId),
          bound: [world.own.slug],
          fields: fieldsIn(world, entry),
        })
      const plain: (typeof BY_REGISTRY)[number] = [name, needsRecentAuth(permission, target), call(action)]
      if (!onOwner) return [plain]
      return [plain, [`${name}, for an owner,`, needsRecentAuth(permission, onOwner.target), call({ thing: action.thing, ...onOwner })]]
    }),
  ]

  const fieldsIn = ({ own }: World, { fields, thing }: Pick<AccountAction, 'fields' | 'thing'>) =>
    fields?.(thing?.(own) ?? '', { things: own, suffix: newSuffix() }) ?? {}

  async function staleWorld(): Promise<World> {
    const world = await makeWorld({ offered: true })
    await ageProofs({ userId: world.callers.OWNER.userId }, '11 minutes')
    return world
  }

  test.each(BY_REGISTRY)('%s asks for the password: %s', async (_, asks, call) => {
    const world = await staleWorld()
    const before = await contentsOf(world)
    const { text } = await call(world)
    expect(text.includes('"proof":{"hasSecrets"')).toBe(asks)
    if (asks) expect(await contentsOf(world)).toBe(before)
  })

  test.each(ACCOUNT_ROUTES.filter(({ kind, permission }) => kind === 'handler' && needsRecentAuth(permission)).map(({ path }) => path))(
    '%s redirects to the page that asks for the password, and records nothing',
    async (path) => {
      const world = await staleWorld()
      const before = await contentsOf(world)
      const { status, location } = await world.callers.OWNER.client.get(urlOf(path, world.own, ''))
      expect([status, location]).toEqual([307, urlOf(path.replace(/\/export$/, ''), world.own, '')])
      expect(await contentsOf(world)).toBe(before)
    },
  )
})

test('does not ask for the password nine minutes after sign-in', async () => {
  await lastProven(user.client, '9 minutes')
  const response = await user.client.submit('/private/settings/sessions', labels.endAllOtherSessions)
  expect(flashIn(response)).toBe(sentence(message('sessions-ended', { count: 1 })))
  await expectSignedOut(other, user.email)
})

test('renews the session once for fifty simultaneous correct passwords, and redirects the other requests to sign-in', async () => {
  // A server with real hashing: with fast hashes, all fifty would reach the database at the same time.
  const { DATABASE_URL, AUTH_SECRET, PASSWORD_PEPPER, FACTOR_KEY } = process.env
  const site = await Server.start({ DATABASE_URL, AUTH_SECRET, PASSWORD_PEPPER, FACTOR_KEY, WORKER: 'off' })
  try {
    const { accountName, email, password } = newUser()
    const client = new HttpClient(site.origin)
    await client.submit('/register', labels.createAccount, { accountName, email, password }, PATIENT)
    await lastProven(client, '11 minutes')
    const form = await client.form('/private/settings/data', labels.getMyData)
    const copies = Array.from({ length: 50 }, () => client.copy())
    const responses = await Promise.all(copies.map((copy) => copy.post('/private/settings/data', { ...form, proof: password }, PATIENT)))
    for (const response of responses) expectNoServerError(response)
    const done = responses.filter((response) => flashIn(response) === sentence('data-ready'))
    expect(done).toHaveLength(1)
    for (const { status, text, location } of responses.filter((response) => !done.includes(response)))
      expect(
        status === 429 || location?.startsWith('/login') || text.includes(BUSY) || text.includes(TOO_MANY) || text.includes(UNAVAILABLE),
      ).toBe(true)
    expect(await asSuperuser('SELECT FROM sessions JOIN users ON users.id = user_id WHERE email = $1', [email])).toHaveLength(1)
  } finally {
    await site.stop()
  }
})

// ASVS 3.2.1, 5.4.1, 5.4.2, 7.5.3
test('the data export requires recent authentication, and is recorded', async () => {
  await lastProven(user.client, '11 minutes')
  const refused = await expectUnchanged(() => user.client.get('/private/settings/data/export'))
  expect([refused.status, refused.location, refused.text.includes(user.email)]).toEqual([307, '/private/settings/data', false])
  await lastProven(user.client, '9 minutes')
  const response = await user.client.get('/private/settings/data/export')
  expect([response.status, JSON.parse(response.text).profile.email]).toEqual([200, user.email])
  expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="my-data-\d{4}-\d\d-\d\d\.json"$/)
  expect(
    await asSuperuser("SELECT FROM audit_events JOIN users ON users.id = user_id WHERE kind = 'user.exported' AND email = $1", [
      user.email,
    ]),
  ).toHaveLength(1)
})

// ASVS 7.4.2
test('deleting a user ends all their sessions and frees their email', async () => {
  const response = await user.client.submit('/private/settings/data', labels.deleteProfile, { confirmation: user.email.toUpperCase() })
  expect([response.status, response.location, user.client.session]).toEqual([303, '/', undefined])
  await expectSignedOut(other, user.email)
  expect(await asSuperuser('SELECT FROM users WHERE email = $1', [user.email])).toEqual([])
  expect(await asSuperuser('SELECT FROM accounts WHERE name = $1', [user.accountName])).toEqual([])
})
