import { randomBytes, randomUUID } from 'node:crypto'
import type { Resource } from '@/lib/resource'
import { RESOURCES } from '@/lib/resources'
import type { Things } from '../registry/entries'
import { ACCOUNT_ACTIONS, ACCOUNT_ROUTES, callAction, USER_ACTIONS, urlOf } from '../registry/registry'
import { HttpClient } from '../support/http-client'
import * as labels from '../support/labels'

// Two users sign up, and each asks for everything of the other's account that the registry lists.

/** One request. `wanted` is what isolation requires; without it, the request only shows that there is something to isolate. */
export type Cell = { request: string; caller: string; status: number; wanted?: string; isRight: boolean }

type User = { client: HttpClient; email: string; things: Things }

/** Where the two users get their mail without `--email`: a domain that no one can ever have (RFC 2606), so their mail bounces. */
const NO_DOMAIN = 'isolation.invalid'

/**
 * Runs the matrix against a deployment, and deletes its users again.
 * @param inbox an address whose mailbox also gets the mail of addresses with a `+` tag
 * @throws if no one can sign up
 */
export async function runMatrix(origin: string, inbox?: string): Promise<Cell[]> {
  const users: User[] = []
  const cells: Cell[] = []
  try {
    for (let n = 0; n < 2; n += 1) users.push(await signUp(origin, addressIn(inbox)))
    for (const user of users) await fill(user)
    for (const [index, owner] of users.entries()) cells.push(...(await tryAccount(owner, users[1 - index] as User, origin)))
  } finally {
    for (const user of users) cells.push(await remove(user).catch((error: Error) => notRemoved(user, error)))
  }
  return cells
}

function addressIn(inbox?: string): string {
  const [local = '', domain = ''] = inbox?.split('@') ?? []
  return inbox ? `${local}+isolation-${suffix()}@${domain}` : `isolation-${suffix()}@${NO_DOMAIN}`
}

async function tryAccount(owner: User, stranger: User, origin: string): Promise<Cell[]> {
  const cells: Cell[] = []
  const before = await contents(owner)
  for (const { path, thing } of ACCOUNT_ROUTES) {
    const url = urlOf(path, owner.things, thing?.(owner.things) ?? '')
    const own = await owner.client.get(url)
    cells.push({ request: `GET ${path}`, caller: 'owner', status: own.status, isRight: true })
    const foreign = await stranger.client.get(url)
    cells.push(cell(`GET ${path}`, 'member of another account', foreign.status, '404', foreign.status === 404))
    const anonymous = await new HttpClient(origin).get(url)
    const isSentToSignIn = anonymous.status === 307 && (anonymous.location ?? '').includes('/login')
    cells.push(cell(`GET ${path}`, 'no session', anonymous.status, '307 to /login', isSentToSignIn))
  }
  for (const { name, id, pages, fields, thing } of ACCOUNT_ACTIONS) {
    const values = fields?.(thing?.(owner.things) ?? owner.things.memberId, { things: owner.things, suffix: suffix() }) ?? {}
    const url = urlOf(pages[0] ?? '', stranger.things, thing?.(stranger.things) ?? stranger.things.memberId)
    const { status } = await callAction(stranger.client, { id, url, bound: [owner.things.slug], fields: values })
    cells.push(cell(name, 'member of another account', status, '404', status === 404))
  }
  const isUnchanged = (await contents(owner)) === before
  cells.push(cell('the account afterward', 'member of another account', 200, 'unchanged', isUnchanged))
  return cells
}

function cell(request: string, caller: string, status: number, wanted: string, isRight: boolean): Cell {
  return { request, caller, status, wanted, isRight }
}

/** Registers a user with an account. */
async function signUp(origin: string, email: string): Promise<User> {
  const client = new HttpClient(origin)
  const accountName = `Isolation ${suffix()}`
  const password = randomBytes(18).toString('base64url')
  const response = await client.submit('/register', labels.createAccount, { accountName, email, password })
  const slug = /\/private\/accounts\/(isolation-[a-z0-9]+)/.exec((await client.follow(response)).text)?.[1]
  if (!slug) throw new Error(`No one can sign up at ${origin}: /register answers ${response.status}. The report needs SIGN_UP=open.`)
  return { client, email, things: { ...emptyThings(), slug, name: accountName } }
}

/** Creates one object of each resource that has a form to create one, and notes the ids that the pages show. */
async function fill({ client, things }: User): Promise<void> {
  for (const { name, id, pages, fields } of ACCOUNT_ACTIONS.filter((action) => action.name.startsWith('create'))) {
    const sent = await callAction(client, {
      id,
      url: urlOf(pages[0] ?? '', things, ''),
      bound: [things.slug],
      fields: fields?.('', { things, suffix: suffix() }) ?? {},
    })
    if (sent.status >= 400) throw new Error(`${name} answers ${sent.status} to the owner of an account`)
  }
  for (const { path, kind } of ACCOUNT_ROUTES.filter(({ path }) => !/\[(?!slug)/.test(path))) {
    if (kind === 'page') noteIds(things, (await client.get(urlOf(path, things, ''))).text)
  }
}

/** Notes the ids in the links of a page: members, and the objects of each resource. */
function noteIds(things: Things, page: string): void {
  const links = page.matchAll(new RegExp(`/private/accounts/${things.slug}/([a-z-]+)/([0-9a-f-]{36})`, 'g'))
  for (const [, section = '', id = ''] of links) {
    if (section === 'members') Object.assign(things, { memberId: id, ownerId: id })
    else things.resources[section] = id
  }
}

function emptyThings(): Things {
  const names = [
    'accountId',
    'ownerId',
    'memberId',
    'offeredId',
    'invitationId',
    'ownerInvitationId',
    'revokedId',
    'revokedOwnerId',
    'removedId',
    'removedOwnerId',
  ]
  return {
    ...Object.fromEntries(names.map((name) => [name, randomUUID()])),
    token: randomBytes(32).toString('base64url'),
    resources: {},
  } as unknown as Things
}

const SECTIONS = ['members', ...Object.values<Resource>(RESOURCES).map(({ section }) => section.segment)]

/** Returns the ids that the sections of the owner's account show. */
async function contents({ client, things }: User): Promise<string> {
  const pages = await Promise.all(SECTIONS.map((segment) => client.get(`/private/accounts/${things.slug}/${segment}`)))
  return JSON.stringify(pages.map(({ text }) => [...text.matchAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g)].map(([id]) => id).sort()))
}

/** Deletes a user. Their session must be dead then, or they are still there. */
async function remove({ client, email }: User): Promise<Cell> {
  const action = USER_ACTIONS.find(({ name }) => name === 'deleteUserAction')
  if (action) await callAction(client, { id: action.id, url: action.pages[0] ?? '/private', fields: { confirmation: email } })
  const { status, location } = await client.get('/private')
  const isGone = status === 307 && (location ?? '').includes('/login')
  return cell(`delete ${email} again`, 'the user', status, 'no session left (307 to /login)', isGone)
}

function notRemoved({ email }: User, { message }: Error): Cell {
  return cell(`delete ${email} again`, 'the user', 0, `no session left, but: ${message}`, false)
}

function suffix(): string {
  return randomBytes(5).toString('hex')
}
