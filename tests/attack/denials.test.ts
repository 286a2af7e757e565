import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Denial } from '@/lib/denials'
import { needsRecentAuth } from '@/lib/policy'
import { Server } from '../fault/server'
import { ACTIONS } from '../registry/build'
import { ACCOUNT_ACTIONS, ACCOUNT_ROUTES, callAction, rolesFor, type ServedAccountAction, USER_ACTIONS, urlOf } from '../registry/registry'
import { type Caller, makeWorld, newSuffix, type World } from '../registry/world'
import { FAST_HASHING } from '../run/server.mjs'
import { asSuperuser } from '../support/database'
import { HttpClient } from '../support/http-client'
import * as labels from '../support/labels'
import { newUser } from '../support/new-user'
import { ageProofs } from '../support/proofs'

// Every denial is one structured log line, and an action that a member's role does not allow is in the account's audit trail.
// The cases come from the registry, so new pages and actions are covered automatically.

let server: Server
let world: World
beforeAll(async () => {
  const { DATABASE_URL, AUTH_SECRET, PASSWORD_PEPPER, FACTOR_KEY } = process.env
  server = await Server.start({ DATABASE_URL, AUTH_SECRET, PASSWORD_PEPPER, FACTOR_KEY, WORKER: 'off', ...FAST_HASHING })
  world = await makeWorld()
}, 60_000)
afterAll(() => server?.stop())

/** Returns a client of this file's server with the caller's cookies. */
function as(caller: Caller): HttpClient {
  const client = new HttpClient(server.origin)
  for (const [name, value] of world.callers[caller].client.cookies) client.cookies.set(name, value)
  return client
}

const denials = () =>
  server.output
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Denial & { kind?: string })
    .filter(({ kind }) => kind === 'access.denied')

type Refused = { name: string; line: Partial<Denial>; send: () => Promise<unknown> }

/** Sends the requests one by one, and expects one log line for each. */
async function expectLines(cases: Refused[]) {
  expect(cases.length).toBeGreaterThan(0)
  for (const { name, line, send } of cases) {
    const before = denials().length
    await send()
    await expect.poll(() => denials().slice(before), { message: name, timeout: 5_000 }).toEqual([expect.objectContaining(line)])
  }
}

function call(caller: Caller, action: ServedAccountAction): () => Promise<unknown> {
  const { id, pages, fields, thing } = action
  const { own } = world
  const sent = fields?.(thing?.(own) ?? '', { things: own, suffix: newSuffix() })
  return () => callAction(as(caller), { id, url: urlOf(pages[0] ?? '', own, own.memberId), bound: [own.slug], fields: sent })
}

// ASVS 16.3.2
test('logs every page, file, and action that a member’s role does not allow', async () => {
  const actor = world.callers.MEMBER.userId
  const account = world.own.accountId
  const line = (permission: Denial['permission']) => ({ reason: 'policy', actor, account, permission, ip: expect.any(String) }) as const
  const actions = ACCOUNT_ACTIONS.filter((action) => !rolesFor(action).includes('MEMBER'))
  await expectLines([
    ...ACCOUNT_ROUTES.filter((route) => !rolesFor(route).includes('MEMBER')).map(({ path, permission, thing }) => ({
      name: path,
      line: line(permission),
      send: () => as('MEMBER').get(urlOf(path, world.own, thing?.(world.own) ?? '')),
    })),
    ...actions.map((action) => ({ name: action.name, line: line(action.permission), send: call('MEMBER', action) })),
  ])
  const events = await asSuperuser(
    `SELECT details ->> 'permission' AS permission FROM audit_events WHERE account_id = $1 AND actor_id = $2 AND kind = 'access.denied' ORDER BY id`,
    [account, actor],
  )
  expect(events).toEqual(actions.map(({ permission }) => ({ permission }))) // no GET writes an event
})

// ASVS 16.3.2
test('logs requests of users who are not members of the account, and adds none to its audit trail', async () => {
  const actor = world.callers.NO_MEMBER.userId
  const line = { reason: 'scope', actor, slug: world.own.slug } as const
  await expectLines([
    ...ACCOUNT_ROUTES.map(({ path, thing }) => ({
      name: path,
      line,
      send: () => as('NO_MEMBER').get(urlOf(path, world.own, thing?.(world.own) ?? '')),
    })),
    ...ACCOUNT_ACTIONS.map((action) => ({ name: action.name, line, send: call('NO_MEMBER', action) })),
  ])
  expect(await asSuperuser('SELECT FROM audit_events WHERE account_id = $1 AND actor_id = $2', [world.own.accountId, actor])).toEqual([])
})

// ASVS 16.3.3
test('logs requests from other sites, for every action', async () => {
  await expectLines(
    ACTIONS.map(({ name, id, pages }) => {
      const url = urlOf(pages[0] ?? '/', world.own, world.own.memberId)
      return {
        name,
        line: { reason: 'origin', path: url, forwardedFor: expect.any(String) } as unknown as Denial,
        send: () => callAction(as('OWNER'), { id, url }, { origin: 'https://evil.example' }),
      }
    }),
  )
})

// ASVS 14.2.1
test('keeps the token of a link out of the log when another site posts to it', async () => {
  const token = 'x'.repeat(43)
  await expectLines([
    {
      name: 'a link',
      line: { reason: 'origin', path: '/reset-password/open' },
      send: () => as('NO_SESSION').post(`/reset-password/${token}`, {}, { origin: 'https://evil.example' }),
    },
  ])
  expect(server.output).not.toContain(token)
})

// ASVS 16.3.2
test('logs every action and file that requires the password again', async () => {
  const actor = world.callers.OWNER.userId
  await ageProofs({ userId: actor }, '11 minutes')
  const line = { reason: 'recent-auth', actor } as const
  const sent = { things: world.own, suffix: newSuffix() }
  await expectLines([
    ...ACCOUNT_ACTIONS.filter(({ permission, target }) => needsRecentAuth(permission, target)).map((action) => ({
      name: action.name,
      line: { ...line, account: world.own.accountId },
      send: call('OWNER', action),
    })),
    ...USER_ACTIONS.filter(({ asks }) => asks === true).map(({ name, id, pages, fields, thing }) => ({
      name,
      line,
      send: () => callAction(as('OWNER'), { id, url: pages[0] ?? '', fields: fields?.(thing?.(world.own) ?? '', sent) }),
    })),
    ...ACCOUNT_ROUTES.filter(({ kind, permission }) => kind === 'handler' && needsRecentAuth(permission)).map(({ path }) => ({
      name: path,
      line,
      send: () => as('OWNER').get(urlOf(path, world.own, '')),
    })),
    { name: 'the data of the user', line, send: () => as('OWNER').get('/private/settings/data/export') },
  ])
})

// ASVS 16.3.3
test('logs an attempt beyond a rate limit, with the name of the limit', async () => {
  const { email } = newUser()
  const client = new HttpClient(server.origin)
  for (let n = 0; n < 5; n += 1) await client.submit('/forgot-password', labels.sendResetLink, { email })
  await expectLines([
    {
      name: 'forgotPasswordAction',
      line: { reason: 'limit', limit: 'password-reset', retryAfterSeconds: expect.any(Number) },
      send: () => client.submit('/forgot-password', labels.sendResetLink, { email }),
    },
  ])
})

// ASVS 16.3.3
test('logs an attempt beyond a quota, with the name of the quota', async () => {
  const { accountId } = world.own
  await asSuperuser(
    `INSERT INTO invitations (account_id, id, email, role, expires_at)
     SELECT $1, gen_random_uuid(), 'full-' || n || '@example.com', 'MEMBER', now() + interval '1 day' FROM generate_series(1, 500) n`,
    [accountId],
  )
  const action = ACCOUNT_ACTIONS.find(({ name }) => name === 'inviteAction') as ServedAccountAction
  await expectLines([
    { name: action.name, line: { reason: 'limit', limit: 'invitations', account: accountId }, send: call('ADMIN', action) },
  ])
})

test('adds at most twenty denials of a member to the audit trail in an hour, and logs the others', async () => {
  const action = ACCOUNT_ACTIONS.find(({ name }) => name === 'deleteAccountAction') as ServedAccountAction
  const { userId } = world.callers.MEMBER
  await asSuperuser(
    `INSERT INTO limits (key, points, expire) VALUES ($1, 20, (extract(epoch FROM now() + interval '1 hour') * 1000)::bigint)
     ON CONFLICT (key) DO UPDATE SET points = 20`,
    [`denial:user:${userId}`],
  )
  const count = () =>
    asSuperuser(`SELECT count(*)::int AS n FROM audit_events WHERE account_id = $1 AND kind = 'access.denied'`, [world.own.accountId])
  const before = await count()
  await expectLines([{ name: action.name, line: { reason: 'policy', permission: 'account.delete' }, send: call('MEMBER', action) }])
  expect(await count()).toEqual(before)
})
