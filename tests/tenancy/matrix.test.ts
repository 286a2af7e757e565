import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROLES } from '@/lib/roles'
import type { HttpClient, HttpResponse } from '../support/http-client'
import { ACTIONS, isAllowed, OPEN, OWN_ACTIONS, OWN_PAGES, PAGES } from './entries'
import { type Actor, contentsOf, makeWorld, OUTSIDERS, type Things, tag, type World } from './world'

// Each page, handler and action × each role, a stranger, and a dead session × own, foreign and unknown account × own,
// foreign and unknown thing. The cases are made from the list in entries.ts, and that list is held against the build.

const ASKERS: Actor[] = [...ROLES, ...OUTSIDERS]
const PLACES = ['own', 'foreign', 'unknown'] as const
type Place = (typeof PLACES)[number]

const manifest = (name: string) => JSON.parse(readFileSync(path.join(process.cwd(), '.next', name), 'utf8'))
const routes = [...new Set(Object.values(manifest('app-path-routes-manifest.json') as Record<string, string>))]
const references = Object.entries(manifest('server/server-reference-manifest.json').node as Record<string, { exportedName: string }>)
const actionIds = new Map(references.map(([id, { exportedName }]) => [exportedName, id]))

describe('the list', () => {
  const listed = { ...PAGES, ...ACTIONS, ...OWN_ACTIONS, ...OPEN, ...Object.fromEntries(OWN_PAGES.map((page) => [page, true])) }

  test.each([...routes, ...actionIds.keys()].sort())('has an entry for %s', (name) => {
    expect(listed).toHaveProperty([name])
  })

  test('names nothing that is gone', () => {
    expect(Object.keys(listed).filter((name) => !routes.includes(name) && !actionIds.has(name))).toEqual([])
  })
})

describe.each(Object.entries(PAGES))('the page %s', (route, { allowed, id, only = {} }) => {
  const at = (account: Things, thing: Things) =>
    route.replace('[slug]', account.slug).replace(id?.part ?? '', id ? String(thing[id.of]) : '')
  const things: Place[] = id ? [...PLACES] : ['own']
  const cases = ASKERS.flatMap((actor) => PLACES.flatMap((account) => things.map((thing) => [actor, account, thing] as const)))

  test.each(cases)('%s, in the %s account, about the %s thing', async (actor, account, thing) => {
    const world = await makeWorld()
    const response = await (await world.client(actor)).get(at(world[account], world[thing]))
    const home = actor === 'STRANGER' ? 'foreign' : 'own'
    const isIn = account === home && (thing === home || !id)
    if (actor === 'NOBODY') expectSentToSignIn(response)
    else if (isIn && isAllowed(allowed, actor === 'STRANGER' ? 'MEMBER' : actor))
      expect([response.status, response.text.includes(world[account].name)]).toEqual([200, true])
    else expectNotHere(response, world)
  })

  test.each(Object.entries(only))('leads to “%s” only for those who may', async (words, those) => {
    for (const role of ROLES.filter((each) => allowed.includes(each))) {
      const world = await makeWorld()
      const { text } = await (await world.client(role)).get(at(world.own, world.own))
      expect(text.includes(words), role).toBe(those.includes(role))
    }
  })

  test('looks the same where the account is another’s and where there is none', async () => {
    const world = await makeWorld()
    const client = await world.client('OWNER')
    const [foreign, unknown] = [await client.get(at(world.foreign, world.foreign)), await client.get(at(world.unknown, world.unknown))]
    expect(comparable(foreign, world.foreign)).toBe(comparable(unknown, world.unknown))
  })
})

describe.each(Object.entries(ACTIONS))('the act %s', (name, entry) => {
  const things: Place[] = entry.namesThing ? [...PLACES] : ['own']
  const cases = ASKERS.flatMap((actor) => PLACES.flatMap((account) => things.map((thing) => [actor, account, thing] as const)))

  test.each(cases)('%s, in the %s account, about the %s thing', async (actor, account, thing) => {
    const world = await makeWorld()
    const client = await world.client(actor, entry)
    const isOwn = actor !== 'STRANGER' && actor !== 'NOBODY' && account === 'own' && thing === 'own'
    const before = await contentsOf(world)
    const response = await call(client, name, world.own, entry, [world[account].slug], entry.fields(world[thing], tag()))
    const isChanged = (await contentsOf(world)) !== before
    const isMeant = isOwn && isAllowed(entry.allowed, actor)
    // whoever belongs to the other account may act there, when what they name is there too
    const isStrangerAtHome =
      actor === 'STRANGER' && account === 'foreign' && (thing === 'foreign' || !entry.namesThing) && isAllowed(entry.allowed, 'MEMBER')
    expect(isChanged).toBe(isMeant || isStrangerAtHome)
    if (actor === 'NOBODY') expectSentToSignIn(response)
    else if (!isMeant && !isStrangerAtHome) expect(response.status).toBe(404)
    else expect([200, 303]).toContain(response.status)
  })

  test.runIf(entry.namesThing)('answers an id that is none as one that nobody has', async () => {
    const world = await makeWorld()
    const client = await world.client('OWNER')
    const before = await contentsOf(world)
    const sent = Object.entries(entry.fields(world.unknown, tag()))
    const [[idField = ''] = []] = sent.filter(([, value]) => Object.values(world.unknown).includes(value))
    for (const value of [undefined, '', 'x', world.own.userId.slice(1), world.own.name, '{}']) {
      const fields = Object.fromEntries(
        sent.flatMap(([field, given]) => (field !== idField ? [[field, given]] : value === undefined ? [] : [[field, value]])),
      )
      const response = await call(client, name, world.own, entry, [world.own.slug], fields)
      expect([response.status, await contentsOf(world)], String(value)).toEqual([404, before])
    }
  })

  test('does not fall over what no form sends', async () => {
    const world = await makeWorld()
    const client = await world.client('MEMBER')
    const before = await contentsOf(world)
    for (const slug of [null, 7, {}, [world.own.slug], { toString: 'x' }, '', '../x', 'x'.repeat(5000)]) {
      const response = await call(client, name, world.own, entry, [slug], entry.fields(world.own, tag()))
      expect(response.status, JSON.stringify(slug)?.slice(0, 30)).toBe(404)
    }
    for (const field of Object.keys(entry.fields(world.own, ''))) {
      for (const value of ['', 'x', '0', '\0', '%00', "' OR 1=1", 'x'.repeat(5000)]) {
        const response = await call(client, name, world.own, entry, [world.own.slug], {
          ...entry.fields(world.foreign, tag()),
          [field]: value,
        })
        expect(response.status, `${field} ${value.slice(0, 20)}`).toBeLessThan(500)
      }
    }
    if (entry.namesThing) expect(await contentsOf(world)).toBe(before)
  })
})

describe.each(Object.entries(OWN_ACTIONS))('the act %s', (name, entry) => {
  test.each(entry.namesThing ? PLACES : [])('about the %s thing, which waits for another, changes nothing', async (place) => {
    for (const actor of [...ROLES, 'STRANGER'] as const) {
      const world = await makeWorld()
      const client = await world.client(actor)
      const before = await contentsOf(world)
      const response = await call(client, name, undefined, entry, [], entry.fields(world[place], tag()))
      expect([response.status, await contentsOf(world)]).toEqual([200, before])
    }
  })

  test('asks for someone signed in', async () => {
    const world = await makeWorld()
    expectSentToSignIn(await call(await world.client('NOBODY'), name, undefined, entry, [], entry.fields(world.own, tag())))
  })
})

test.each(OWN_PAGES)('the page %s asks for someone signed in', async (page) => {
  const world = await makeWorld()
  expectSentToSignIn(await (await world.client('NOBODY')).get(page))
  expect((await (await world.client('MEMBER')).get(page)).status).toBe(200)
})

test('the page /private/[...unknown] asks for someone signed in, before it says that nothing is there', async () => {
  const world = await makeWorld()
  expectSentToSignIn(await (await world.client('NOBODY')).get('/private/nowhere'))
  expect((await (await world.client('MEMBER')).get('/private/nowhere')).status).toBe(404)
})

test('the act acceptInvitationAction asks for someone signed in, though they hold the link', async () => {
  const world = await makeWorld()
  for (const actor of ['NOBODY', 'STRANGER'] as const) {
    const client = await world.client(actor)
    await client.get(`/invitations/${world.own.token}`)
    const before = await contentsOf(world)
    const id = world.own.invitationId
    const response = await call(client, 'acceptInvitationAction', undefined, { page: '/invitations/open' }, [], { id })
    if (actor === 'NOBODY') expectSentToSignIn(response)
    else expect([response.status, response.text.includes('for another email address')]).toEqual([200, true])
    expect(await contentsOf(world)).toBe(before)
  }
})

test('two tabs in two accounts do not mix', async () => {
  const world = await makeWorld()
  const client = await world.client('STRANGER')
  const responses = await Promise.all(
    Array.from({ length: 20 }, (_, n) => client.get(`/private/accounts/${(n % 2 ? world.foreign : world.own).slug}/projects`)),
  )
  expect(responses.map(({ status }) => status)).toEqual(responses.map((_, n) => (n % 2 ? 200 : 404)))
})

function call(
  client: HttpClient,
  action: string,
  own: Things | undefined,
  { page }: { page: string },
  bound: unknown[],
  fields: Record<string, string>,
): Promise<HttpResponse> {
  const path = own ? `/private/accounts/${own.slug}${page.replace('[userId]', own.userId)}` : page
  return client.call(path, actionIds.get(action) ?? '', [...bound, { status: 'idle' }, '$K1'], fields)
}

function expectSentToSignIn({ status, location, headers, text }: HttpResponse) {
  const target = location ?? headers.get('x-action-redirect') ?? '' // a script that calls an action is told where to go in a header
  expect(location ? [303, 307] : [200], text.slice(0, 200)).toContain(status)
  expect(target).toMatch(/^\/login\?callbackUrl=/)
}

/** Nothing here: and not a word of what there might be. */
function expectNotHere({ status, text }: HttpResponse, { own, foreign }: World) {
  expect(status).toBe(404)
  for (const secret of [own.name, foreign.name]) expect(text).not.toContain(secret)
}

/** An answer without what differs from one request to the next. */
function comparable({ status, text, headers }: HttpResponse, { slug }: Things): string {
  const body = text
    .replaceAll(slug, 'SLUG')
    .replace(/nonce="[^"]*"/g, '')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'ID')
  return JSON.stringify([status, [...headers.keys()].sort(), body])
}
