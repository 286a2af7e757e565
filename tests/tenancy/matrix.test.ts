import { beforeAll, describe, expect, test } from 'vitest'
import { ROLES } from '@/lib/roles'
import { ROUTES } from '../registry/build'
import { type Needs, SHELL_FACTS, USER_FACTS } from '../registry/entries'
import { type Fact, factsIn, knownFacts } from '../registry/facts'
import {
  ACCOUNT_ACTIONS,
  ACCOUNT_ROUTES,
  AMBIGUOUS,
  COOKIELESS_ROUTES,
  callAction,
  PRIVATE_NOT_FOUND,
  rolesFor,
  type ServedAccountAction,
  STALE,
  UNDECLARED,
  USER_ACTIONS,
  USER_ROUTES,
  urlOf,
} from '../registry/registry'
import { CALLERS, type Caller, contentsOf, makeWorld, newSuffix, SIGNED_OUT, type World } from '../registry/world'
import type { HttpResponse } from '../support/http-client'
import { piecesOf } from '../support/payload'

// Every page, handler, and action × every caller × own, foreign, and unknown account × own, foreign, and unknown object. The
// cases come from the registry. `npm test -- tenancy -t "<path or action>"` runs only one entry.

const AT_ONCE = 3
const OWNERS = ['own', 'foreign', 'unknown'] as const
type Owner = (typeof OWNERS)[number]

/** The account that a request is sent to, and the account of the object that it names. */
type Aim = { account: Owner; thing: Owner }
type Outcome = 'sign in' | 'not found' | 'done' | `status ${number}` | `refused: ${string}`

describe('the registry', () => {
  // ASVS 15.2.3
  test('declares everything that the build serves', () => expect(UNDECLARED).toEqual([]))
  test('declares nothing that the build no longer serves', () => expect(STALE).toEqual([]))
  test('has a unique name for each action', () => expect(AMBIGUOUS).toEqual([]))
})

describe.each(COOKIELESS_ROUTES.map(({ path }) => path))('%s', (path) => {
  // ASVS 4.1.5
  test('rejects every caller who sends only a session, and changes nothing', async () => {
    const world = await makeWorld()
    const before = await contentsOf(world)
    for (const caller of CALLERS) {
      const response = await world.callers[caller].client.post(path, { type: 'x' })
      expect([response.status, response.text], caller).toEqual([401, ''])
    }
    expect(await contentsOf(world)).toBe(before)
  })
})

describe.each(ACCOUNT_ROUTES.map((route) => [route.path, route] as const))('%s', (_, route) => {
  const { path, thing, choices = {}, shows } = route
  let world: World
  beforeAll(async () => {
    world = await makeWorld()
  })
  const urlAt = ({ account, thing: owner }: Aim) => urlOf(path, world[account], thing?.(world[owner]) ?? '')

  // ASVS 8.2.1, 8.2.3, 8.3.1, 15.3.1
  test('opens for roles with the permission in their own account, shows only its listed facts, and changes nothing', async () => {
    const aims = aimsOf(thing !== undefined)
    const before = await contentsOf(world)
    const known = await knownFacts(world)
    const shown: Record<string, Fact[]> = {}
    const listed = (status: number) => [...SHELL_FACTS, ...(status === 200 ? (shows ?? []) : [])]
    const open = async (caller: Caller, aim: Aim) => {
      const response = await world.callers[caller].client.get(urlAt(aim))
      if (response.status === 404) expectNoForeignName(response, caller, world)
      if (route.kind === 'page' && !SIGNED_OUT.some((each) => each === caller))
        shown[cell(caller, aim)] = factsIn(response.text, urlAt(aim), known, caller, world).filter(
          (fact) => !listed(response.status).includes(fact),
        )
      return outcomeOf(response)
    }
    const outcomes = await tableOf(aims, open, route.kind === 'handler' ? 1 : AT_ONCE) // an account allows one export at a time
    expect(outcomes).toEqual(expectedTable(aims, route))
    expect(shown, 'facts that the page does not list').toEqual(Object.fromEntries(Object.keys(shown).map((name) => [name, []])))
    // A handler may record an audit event.
    if (route.kind === 'page') expect(await contentsOf(world)).toBe(before)
  })

  // ASVS 8.2.2, 8.4.1
  test('gives the same answer for a foreign and an unknown account', async () => {
    const { client } = world.callers.OWNER
    const [foreign, unknown] = [
      await client.get(urlAt({ account: 'foreign', thing: 'foreign' })),
      await client.get(urlAt({ account: 'unknown', thing: 'unknown' })),
    ]
    expect(comparable(foreign, world.foreign.slug)).toBe(comparable(unknown, world.unknown.slug))
  })

  for (const [name, { html, ...needs }] of Object.entries(choices)) {
    test(`offers ${name} only to the roles that may choose it`, async () => {
      const readers = rolesFor(route)
      const pages = await atMost(AT_ONCE, readers, (role) => world.callers[role].client.get(urlAt({ account: 'own', thing: 'own' })))
      const shown = readers.filter((_, index) => pages[index]?.text.includes(html(world.own)))
      expect(shown).toEqual(readers.filter((role) => rolesFor(needs).includes(role)))
    })
  }
})

describe('the links inside an account', () => {
  test.each(ROLES)('lead %s to all that they may open, and to nothing else', async (role) => {
    const world = await makeWorld()
    const { client } = world.callers[role]
    const open = ACCOUNT_ROUTES.filter((route) => rolesFor(route).includes(role))
    const pages = await atMost(
      AT_ONCE,
      open.filter(({ kind }) => kind === 'page').map(({ path, thing }) => urlOf(path, world.own, thing?.(world.own) ?? '')),
      (url) => client.get(url),
    )
    const linked = new Set(
      pages.flatMap(({ text }) => [...text.matchAll(/ href="([^"?#]*)/g)].map(([, href = '']) => routeAt(href, world))),
    )
    linked.delete('')
    expect([...linked].sort()).toEqual(
      open
        .filter(({ isLinked }) => isLinked !== false)
        .map(({ path }) => path)
        .sort(),
    )
  })

  /** @returns the account's route that a link leads to, if any */
  function routeAt(href: string, { own }: World): string {
    if (!href.startsWith(`/private/accounts/${own.slug}`)) return ''
    const candidates = ROUTES.filter(({ path }) =>
      new RegExp(`^${path.replace('[slug]', own.slug).replace(/\[\w+\]/g, '[\\w-]{36}')}$`).test(href),
    )
    return candidates[0]?.path ?? href
  }
})

describe.each(ACCOUNT_ACTIONS.map((action) => [action.name, action] as const))('%s', (_, action) => {
  const { thing, caller: kind } = action
  const offered = kind === 'offered'

  // ASVS 8.2.1, 8.2.2, 8.3.1, 8.4.1
  test('is rejected without the permission, in another account, and for an object of another account', async () => {
    const world = await makeWorld({ offered })
    const aims = aimsOf(thing !== undefined)
    const expected = expectedTable(aims, action)
    const before = await contentsOf(world)
    const outcomes = await tableOf(aims, async (caller, aim) => {
      if (expected[cell(caller, aim)] === 'done') return 'done' // the next test tries it in a separate world
      return outcomeOf(await run(action, world, caller, aim))
    })
    expect(outcomes).toEqual(expected)
    expect(await contentsOf(world)).toBe(before)
  })

  const allowed: Caller[] = [...rolesFor(action), ...(rolesFor(action).includes('MEMBER') ? (['OTHER_MEMBER'] as const) : [])]
  test.each(allowed)('is done for %s in their own account', async (caller) => {
    const world = await makeWorld({ offered })
    const home: Owner = caller === 'OTHER_MEMBER' ? 'foreign' : 'own'
    const before = await contentsOf(world)
    expect(outcomeOf(await run(action, world, caller, { account: home, thing: home }))).toBe('done')
    if (action.changesNothing) expect(await contentsOf(world)).toBe(before)
    else expect(await contentsOf(world)).not.toBe(before)
  })

  if (action.isShown !== false)
    test('has its form on one of its pages for the roles with the permission, and no others', async () => {
      const world = await makeWorld({ offered })
      const pages = ACCOUNT_ROUTES.filter(({ path }) => action.pages.includes(path))
      expect(pages, `the pages of ${action.name}`).not.toEqual([])
      const readers = ROLES.filter((role) => pages.some((page) => rolesFor(page).includes(role)))
      const shown = await atMost(AT_ONCE, readers, async (role) => {
        const urls = pages.map(({ path }) => urlOf(path, world.own, thing?.(world.own) ?? world.callers[role].userId))
        const texts = await Promise.all(urls.map(async (url) => (await world.callers[role].client.get(url)).text))
        return texts.some((text) => text.includes(action.id)) ? [role] : []
      })
      expect(shown.flat()).toEqual(readers.filter((role) => rolesFor(action).includes(role)))
    })

  if (thing)
    test('gives the same answer for a malformed and an unknown id', async () => {
      const world = await makeWorld({ offered })
      const { client } = world.callers.OWNER
      const before = await contentsOf(world)
      const sent = Object.entries(fieldsOf(action, world, { account: 'own', thing: 'unknown' }))
      const idField = sent.find(([, value]) => value === thing?.(world.unknown))?.[0]
      const statuses = await atMost(AT_ONCE, [undefined, '', 'x', world.own.memberId.slice(1), world.own.name, '{}'], async (value) => {
        const fields = sent.flatMap(([name, given]) => (name !== idField ? [[name, given]] : value === undefined ? [] : [[name, value]]))
        return (
          await callAction(client, {
            id: action.id,
            url: pageOf(action, world),
            bound: [world.own.slug],
            fields: Object.fromEntries(fields),
          })
        ).status
      })
      expect(statuses).toEqual(Array(6).fill(404))
      expect(await contentsOf(world)).toBe(before)
    })

  test('causes no server error with arguments and fields that no form sends', async () => {
    const world = await makeWorld({ offered })
    const { client } = world.callers.MEMBER
    const before = await contentsOf(world)
    const call = (slug: unknown, fields: Record<string, string>) =>
      callAction(client, { id: action.id, url: pageOf(action, world), bound: [slug], fields })
    const slugs: unknown[] = [null, 7, {}, [world.own.slug], { toString: 'x' }, '', '../x', 'x'.repeat(5000)]
    const valid = fieldsOf(action, world, { account: 'own', thing: 'own' })
    expect(await atMost(AT_ONCE, slugs, async (slug) => (await call(slug, valid)).status)).toEqual(slugs.map(() => 404))
    expect(await contentsOf(world)).toBe(before)
    const foreign = fieldsOf(action, world, { account: 'own', thing: 'foreign' })
    const values = ['', 'x', '0', '\0', '%00', "' OR 1=1", 'x'.repeat(5000)]
    const spoiled = Object.keys(foreign).flatMap((name) => values.map((value) => ({ ...foreign, [name]: value })))
    const statuses = await atMost(AT_ONCE, spoiled, async (fields) => (await call(world.own.slug, fields)).status)
    expect(statuses.filter((status) => status >= 500)).toEqual([])
    if (thing) expect(await contentsOf(world)).toBe(before)
  })
})

describe.each(USER_ACTIONS.map((action) => [action.name, action] as const))('%s', (_, { id, pages, thing, fields }) => {
  const [url = '/private'] = pages

  test('requires a session', async () => {
    const world = await makeWorld()
    const sent = fields?.(thing?.(world.own) ?? '', { things: world.own, suffix: newSuffix() })
    for (const caller of SIGNED_OUT)
      expect(outcomeOf(await callAction(world.callers[caller].client, { id, url, fields: sent })), caller).toBe('sign in')
  })

  if (thing)
    // ASVS 8.2.2, 8.4.1
    test('changes nothing in an account of others, and gives the same answer as for an unknown one', async () => {
      const world = await makeWorld()
      const before = await contentsOf(world)
      const answers = await atMost(
        AT_ONCE,
        CALLERS.filter((caller) => outcomeWithoutSession(caller) === undefined),
        async (caller) => {
          const responses = []
          for (const owner of OWNERS) {
            const sent = fields?.(thing?.(world[owner]) ?? '', { things: world[owner], suffix: newSuffix() })
            responses.push(await callAction(world.callers[caller].client, { id, url, fields: sent }))
          }
          return responses.map(
            ({ status, text }) => `${status} ${/"status":"(\w+)"/.exec(text)?.[1]} ${/"message":"([^"]*)"/.exec(text)?.[1]}`,
          )
        },
      )
      for (const [own, foreign, unknown] of answers) expect([own, foreign]).toEqual([unknown, unknown])
      expect(await contentsOf(world)).toBe(before)
    })
})

const userRoutes: [path: string, url: string, status: number, isPage: boolean][] = [
  ...USER_ROUTES.map(({ path, kind }): [string, string, number, boolean] => [path, path, 200, kind === 'page']),
  ...PRIVATE_NOT_FOUND.map((path): [string, string, number, boolean] => [
    path,
    path.replace('[slug]', 'no-such-account').replace('[...unknown]', 'nowhere'),
    404,
    true,
  ]),
]
describe.each(userRoutes)('%s', (path, url, status, isPage) => {
  test('requires a session, and shows only its listed facts', async () => {
    const world = await makeWorld()
    const { callers } = world
    for (const caller of SIGNED_OUT) expect(outcomeOf(await callers[caller].client.get(url)), caller).toBe('sign in')
    const known = await knownFacts(world)
    for (const caller of ['MEMBER', 'NO_MEMBER'] as const) {
      const response = await callers[caller].client.get(url)
      expect(response.status, caller).toBe(status)
      const listed = [...SHELL_FACTS, ...(USER_FACTS[path] ?? [])]
      if (isPage)
        expect(
          factsIn(response.text, url, known, caller, world).filter((fact) => !listed.includes(fact)),
          caller,
        ).toEqual([])
    }
  })
})

// ASVS 8.4.1, 15.4.1
test('keeps simultaneous requests in two accounts apart', async () => {
  const { own, foreign, callers } = await makeWorld()
  const { client } = callers.OTHER_MEMBER
  const accounts = Array.from({ length: 20 }, (_, n) => (n % 2 ? foreign : own))
  const responses = await atMost(10, accounts, (account) => client.get(urlOf('/private/accounts/[slug]/members', account, '')))
  expect(responses.map(({ status }) => status)).toEqual(accounts.map((account) => (account === foreign ? 200 : 404)))
  for (const { text } of responses) expect(text).not.toContain(own.name)
})

/** Pairs of the same account, and pairs that name another account's object in the caller's account, or the reverse. */
function aimsOf(namesThing: boolean): Aim[] {
  const things: Record<Owner, Owner[]> = { own: [...OWNERS], foreign: ['foreign', 'own'], unknown: ['own'] }
  return OWNERS.flatMap((account) => (namesThing ? things[account] : [account]).map((thing) => ({ account, thing })))
}

const cell = (caller: Caller, { account, thing }: Aim) => `${caller}, ${account} account, ${thing} thing`

/** Runs each caller × aim. @returns the outcomes by cell, so that a failure shows which cells differ */
async function tableOf(
  aims: Aim[],
  outcome: (caller: Caller, aim: Aim) => Promise<Outcome>,
  atOnce = AT_ONCE,
): Promise<Record<string, Outcome>> {
  const cases = CALLERS.flatMap((caller) => aims.map((aim) => ({ caller, aim })))
  const outcomes = await atMost(atOnce, cases, ({ caller, aim }) => outcome(caller, aim))
  return Object.fromEntries(cases.map(({ caller, aim }, index) => [cell(caller, aim), outcomes[index] as Outcome]))
}

function expectedTable(aims: Aim[], entry: Needs): Record<string, Outcome> {
  const cases = CALLERS.flatMap((caller) => aims.map((aim) => ({ caller, aim })))
  return Object.fromEntries(
    cases.map(({ caller, aim }) => [
      cell(caller, aim),
      outcomeWithoutSession(caller) ?? (isGrantedTo(caller, aim, entry) ? 'done' : 'not found'),
    ]),
  )
}

function outcomeWithoutSession(caller: Caller): Outcome | undefined {
  return SIGNED_OUT.some((each) => each === caller) ? 'sign in' : undefined
}

/** @returns whether caller and object are in that account, and the caller's role has the permission */
function isGrantedTo(caller: Caller, { account, thing }: Aim, entry: Needs): boolean {
  if (caller === 'OTHER_MEMBER') return account === 'foreign' && thing === 'foreign' && rolesFor(entry).includes('MEMBER')
  if (account !== 'own' || thing !== 'own') return false
  return caller === 'NO_MEMBER' ? entry.invited === true : rolesFor(entry).some((role) => role === caller)
}

function fieldsOf({ thing, fields }: ServedAccountAction, world: World, { account, thing: owner }: Aim): Record<string, string> {
  return fields?.(thing?.(world[owner]) ?? '', { things: world[account], suffix: newSuffix() }) ?? {}
}

/** @returns the page that an action is sent to, which every caller with a role in `own` can address */
const pageOf = ({ pages }: ServedAccountAction, { own }: World) => urlOf(pages[0] ?? '', own, own.memberId)

function run(action: ServedAccountAction, world: World, caller: Caller, aim: Aim): Promise<HttpResponse> {
  const call = { id: action.id, url: pageOf(action, world), bound: [world[aim.account].slug], fields: fieldsOf(action, world, aim) }
  return callAction(world.callers[caller].client, call)
}

function outcomeOf({ status, location, headers, text }: HttpResponse): Outcome {
  const target = location ?? headers.get('x-action-redirect') ?? '' // a call by a script gets the redirect in this header
  if (/^\/login\?callbackUrl=/.test(target)) return 'sign in'
  if (status === 404) return 'not found'
  const refusal = /"status":"error".*/.exec(text)?.[0] // the form state, with the message
  if (refusal) return `refused: ${refusal}`
  return status === 200 || status === 303 ? 'done' : `status ${status}`
}

/** Fails if a 404 names an account other than the caller's, which its navigation may name. */
function expectNoForeignName({ text }: HttpResponse, caller: Caller, { own, foreign }: World) {
  if (!ROLES.some((role) => role === caller)) expect(text).not.toContain(own.name)
  if (caller !== 'OTHER_MEMBER') expect(text).not.toContain(foreign.name)
}

/** A script with a part of React's payload. */
const PAYLOAD = /<script nonce="[^"]*">self\.__next_f\.push\(\[1,("(?:[^"\\]|\\.)*")\]\)<\/script>/g

/** The response without values that differ in every response. */
function comparable({ status, text, headers }: HttpResponse, slug: string): string {
  const nonce = headers.get('content-security-policy')?.match(/'nonce-([^']+)'/)?.[1] ?? '-'
  const normalize = (part: string) =>
    part
      .replaceAll(slug, 'SLUG')
      .replaceAll(nonce, 'NONCE')
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'ID')
  // React streams the rows of its payload as they become ready, and Next puts as many into a script as there are.
  const payload = [...text.matchAll(PAYLOAD)].map(([, part = '""']) => JSON.parse(part)).join('')
  const html = text.replace(PAYLOAD, '')
  return JSON.stringify([status, [...headers.keys()].sort(), piecesOf(normalize(html)), normalize(payload).split('\n').sort()])
}

/** Works through a list, `count` items at a time. @returns the results in the order of the list */
async function atMost<T, R>(count: number, list: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const rest = list.entries()
  await Promise.all(
    Array.from({ length: count }, async () => {
      for (const [index, item] of rest) results[index] = await work(item)
    }),
  )
  return results
}
