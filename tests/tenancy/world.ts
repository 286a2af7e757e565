import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { encode } from 'next-auth/jwt'
import type { Role } from '@/lib/generated/prisma/enums'
import { asSuperuser } from '../support/database'
import { HttpClient, SESSION_COOKIE } from '../support/http-client'

// Two accounts, everyone who can stand in them, and one of each thing that belongs to one. A case has a world of its own,
// so no case can spoil another.

/** Whoever is signed in and belongs to another account, or has a cookie whose session is gone. */
export const OUTSIDERS = ['STRANGER', 'NOBODY'] as const
export type Actor = Role | (typeof OUTSIDERS)[number]

/** What belongs to an account: what a request may name. */
export type Things = {
  accountId: string
  slug: string
  name: string
  /** a plain member, to whom nothing has happened */
  userId: string
  /** a member to whom ownership was offered */
  offeredId: string
  invitationId: string
  /** what the mail of the invitation carries */
  token: string
  projectId: string
}

type RequestOptions = { isOffered?: boolean }

export type World = {
  own: Things
  foreign: Things
  /** what nobody has */
  unknown: Things
  /** a new browser of someone who stands like that to `own` */
  client: (actor: Actor, options?: RequestOptions) => Promise<HttpClient>
}

/** Makes a world, past the application: what is under test here is who gets in, not how things come to be. */
export async function makeWorld(): Promise<World> {
  const [own, foreign] = await Promise.all([makeAccount(), makeAccount()])
  const unknown: Things = {
    accountId: randomUUID(),
    slug: `nobody-${tag()}`,
    name: 'Nobody',
    userId: randomUUID(),
    offeredId: randomUUID(),
    invitationId: randomUUID(),
    token: randomBytes(32).toString('base64url'),
    projectId: randomUUID(),
  }
  return { own, foreign, unknown, client: (actor, options) => browserOf(own, foreign, actor, options) }
}

async function makeAccount(): Promise<Things> {
  const [accountId, ownerId, userId, offeredId] = [randomUUID(), await makeUser(), await makeUser(), await makeUser()]
  const [invitationId, projectId, token] = [randomUUID(), randomUUID(), randomBytes(32).toString('base64url')]
  const name = `World ${tag()}`
  const slug = name.toLowerCase().replace(' ', '-')
  await asSuperuser(`INSERT INTO accounts (id, name, name_key, slug) VALUES ($1, $2::text, lower($2::text), $3)`, [accountId, name, slug])
  await asSuperuser(
    `INSERT INTO memberships (account_id, user_id, role, ownership_offered_by, ownership_offered_at)
     VALUES ($1, $2, 'OWNER', NULL, NULL), ($1, $3, 'MEMBER', NULL, NULL), ($1, $4, 'MEMBER', $2, now())`,
    [accountId, ownerId, userId, offeredId],
  )
  await asSuperuser(
    `INSERT INTO invitations (account_id, id, email, role, invited_by, expires_at)
     VALUES ($1, $2, $3, 'MEMBER', $5, now() + interval '1 day'), ($1, gen_random_uuid(), $4, 'OWNER', $5, now() + interval '1 day')`,
    [accountId, invitationId, `invited-${tag()}@example.com`, `heir-${tag()}@example.com`, ownerId],
  )
  await asSuperuser(
    `INSERT INTO tokens (hash, purpose, email, account_id, invitation_id, expires_at) SELECT $3, 'invitation', email, $1, $2, now() + interval '1 day' FROM invitations WHERE id = $2`,
    [accountId, invitationId, createHash('sha256').update(token).digest()],
  )
  await asSuperuser(`INSERT INTO projects (account_id, id, name, name_key, created_by) VALUES ($1, $2, 'Bridge', 'bridge', $3)`, [
    accountId,
    projectId,
    ownerId,
  ])
  return { accountId, slug, name, userId, offeredId, invitationId, token, projectId }
}

async function makeUser(): Promise<string> {
  const id = randomUUID()
  await asSuperuser('INSERT INTO users (id, email) VALUES ($1, $2)', [id, `person-${tag()}@example.com`])
  return id
}

async function browserOf(own: Things, foreign: Things, actor: Actor, { isOffered = false }: RequestOptions = {}): Promise<HttpClient> {
  if (actor === 'NOBODY') return withSession(randomBytes(32).toString('base64url'))
  const userId = await makeUser()
  const [{ accountId }, role] = actor === 'STRANGER' ? [foreign, 'MEMBER'] : [own, actor]
  await asSuperuser(
    `INSERT INTO memberships (account_id, user_id, role, ownership_offered_by, ownership_offered_at)
     SELECT $1, $2, $3::"role", CASE WHEN $4 THEN (SELECT user_id FROM memberships WHERE account_id = $1 AND role = 'OWNER' LIMIT 1) END, now()`,
    [accountId, userId, role, isOffered],
  )
  const sessionId = randomBytes(32).toString('base64url')
  await asSuperuser(
    `INSERT INTO sessions (id_hash, user_id, remembered, idle_expires_at, expires_at) VALUES ($1, $2, false, now() + interval '1 h', now() + interval '1 h')`,
    [createHash('sha256').update(sessionId).digest(), userId],
  )
  return withSession(sessionId)
}

/** A cookie as the server makes them, around a session that may or may not be there. */
async function withSession(sessionId: string): Promise<HttpClient> {
  const client = new HttpClient()
  const secret = process.env.AUTH_SECRET ?? ''
  client.cookies.set(SESSION_COOKIE, await encode({ token: { sid: sessionId }, secret, salt: SESSION_COOKIE, maxAge: 3600 }))
  return client
}

/** All that two accounts hold, so that a refusal can be shown to have changed nothing, and an act something. */
export async function contentsOf({ own, foreign }: World): Promise<string> {
  const tables = await asSuperuser<{ name: string; key: string }>(
    `SELECT c.relname AS name, CASE c.relname WHEN 'accounts' THEN 'id' ELSE 'account_id' END AS key
       FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relrowsecurity
        AND c.relname <> 'audit_chain' ORDER BY 1`, // a job writes those every minute, of what stands in audit_events,
  )
  const parts = tables.map(
    ({ name, key }) => `(SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM ${name} AS t WHERE ${key} IN ($1, $2)) AS ${name}`,
  )
  const [contents] = await asSuperuser(`SELECT ${parts.join()}`, [own.accountId, foreign.accountId])
  return JSON.stringify(contents)
}

export function tag(): string {
  return randomBytes(5).toString('hex')
}
