import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { encode } from 'next-auth/jwt'
import pg from 'pg'
import { ROLES } from '@/lib/roles'
import { asSuperuser } from '../support/database'
import { FIXTURES } from '../support/fixtures'
import { HttpClient, ORIGIN, SESSION_COOKIE } from '../support/http-client'
import type { Things } from './entries'

// Two accounts with one object of each kind, and one caller of each kind. All are inserted with SQL, because the tests are
// about access and not about creation.

export const OUTSIDERS = ['OTHER_MEMBER', 'NO_MEMBER'] as const
export const SIGNED_OUT = ['NO_SESSION', 'ENDED_SESSION'] as const

/**
 * The sender of a request: a role in `own`, a member of `foreign`, a user without an account, a client without a cookie, or a
 * client with the cookie of a session that has ended.
 */
export type Caller = (typeof ROLES)[number] | (typeof OUTSIDERS)[number] | (typeof SIGNED_OUT)[number]
export const CALLERS: readonly Caller[] = [...ROLES, ...OUTSIDERS, ...SIGNED_OUT]

export type World = {
  own: Things
  foreign: Things
  /** ids and a slug that do not exist */
  unknown: Things
  /** the caller's user id, and a client with their session */
  callers: Record<Caller, { userId: string; client: HttpClient }>
}

const RESPONSE_TIMEOUT_MS = 30_000 // response times are tested elsewhere

const quote = pg.escapeLiteral

/** @param offered whether the callers with a role have been offered ownership */
export async function makeWorld({ offered = false } = {}): Promise<World> {
  const statements: string[] = []
  const [own, foreign] = [insertAccount(statements), insertAccount(statements)]
  const callers = await Promise.all(
    CALLERS.map(async (caller) => {
      const userId = insertUser(statements)
      const account = caller === 'OTHER_MEMBER' ? foreign : ROLES.some((role) => role === caller) ? own : undefined
      const role = caller === 'OTHER_MEMBER' ? 'MEMBER' : caller
      if (caller === 'NO_MEMBER') insertInvitation(statements, own, userId)
      if (account) insertMembership(statements, account, { userId, role, offeredBy: offered ? account.ownerId : undefined })
      return [caller, { userId, client: await clientOf(caller, userId, statements) }] as const
    }),
  )
  await asSuperuser(statements.join(';\n'))
  return { own, foreign, unknown: newThings('unknown'), callers: Object.fromEntries(callers) as World['callers'] }
}

function newThings(word: string): Things {
  const name = `${word} ${newSuffix()}`
  return {
    accountId: randomUUID(),
    slug: name.replace(' ', '-'),
    name,
    ownerId: randomUUID(),
    memberId: randomUUID(),
    offeredId: randomUUID(),
    invitationId: randomUUID(),
    ownerInvitationId: randomUUID(),
    revokedId: randomUUID(),
    revokedOwnerId: randomUUID(),
    removedId: randomUUID(),
    removedOwnerId: randomUUID(),
    token: randomBytes(32).toString('base64url'),
    resources: Object.fromEntries(Object.keys(FIXTURES).map((name) => [name, randomUUID()])),
  }
}

function insertAccount(statements: string[]): Things {
  const things = newThings('world')
  const [accountId, name, slug] = [quote(things.accountId), quote(things.name), quote(things.slug)]
  for (const id of [things.ownerId, things.memberId, things.offeredId, things.removedId, things.removedOwnerId]) insertUser(statements, id)
  statements.push(`INSERT INTO accounts (id, name, name_key, slug) VALUES (${accountId}, ${name}, ${name}, ${slug})`)
  insertMembership(statements, things, { userId: things.ownerId, role: 'OWNER' })
  insertMembership(statements, things, { userId: things.memberId, role: 'MEMBER' })
  insertMembership(statements, things, { userId: things.offeredId, role: 'MEMBER', offeredBy: things.ownerId })
  const email = quote(`invited-${newSuffix()}@example.com`)
  statements.push(
    `INSERT INTO invitations (account_id, id, email, role, invited_by, expires_at) VALUES
     (${accountId}, ${quote(things.invitationId)}, ${email}, 'MEMBER', ${quote(things.ownerId)}, now() + interval '1 day'),
     (${accountId}, ${quote(things.ownerInvitationId)}, ${quote(`heir-${newSuffix()}@example.com`)}, 'OWNER', ${quote(things.ownerId)}, now() + interval '1 day')`,
    `INSERT INTO invitations (account_id, id, email, role, invited_by, expires_at, revoked_at)
     SELECT ${accountId}, id, id || '@example.com', role::"role", ${quote(things.ownerId)}, now() + interval '1 day', now()
       FROM (VALUES (${quote(things.revokedId)}::uuid, 'MEMBER'), (${quote(things.revokedOwnerId)}::uuid, 'OWNER')) AS revoked (id, role)`,
    `INSERT INTO audit_events (account_id, id, actor_id, kind, target, target_id, details)
     SELECT ${accountId}, gen_random_uuid(), ${quote(things.ownerId)}, 'membership.removed', 'a former member', id, jsonb_build_object('role', role, 'since', now())
       FROM (VALUES (${quote(things.removedId)}::uuid, 'MEMBER'), (${quote(things.removedOwnerId)}::uuid, 'OWNER')) AS removed (id, role)`,
    `INSERT INTO tokens (hash, purpose, email, account_id, invitation_id, expires_at)
     VALUES (${bytea(things.token)}, 'invitation', ${email}, ${accountId}, ${quote(things.invitationId)}, now() + interval '1 day')`,
    `INSERT INTO audit_events (account_id, id, actor_id, kind, target) VALUES (${accountId}, gen_random_uuid(), ${quote(things.ownerId)}, 'account.created', ${name})`,
    ...Object.entries(FIXTURES).map(([resource, { insert }]) =>
      insert({ id: quote(things.resources[resource] ?? ''), accountId, createdBy: quote(things.ownerId) }),
    ),
  )
  return things
}

function insertUser(statements: string[], id: string = randomUUID()): string {
  statements.push(
    `INSERT INTO users (id, email, name, email_verified_at)
     VALUES (${quote(id)}, ${quote(`user-${newSuffix()}@example.com`)}, ${quote(`Person ${newSuffix()}`)}, now())`,
  )
  return id
}

/** Invites a user to an account, so that their home page shows the invitation. */
function insertInvitation(statements: string[], { accountId, ownerId }: Things, userId: string) {
  statements.push(
    `INSERT INTO invitations (account_id, id, email, role, invited_by, expires_at)
     SELECT ${quote(accountId)}, gen_random_uuid(), email, 'MEMBER', ${quote(ownerId)}, now() + interval '1 day' FROM users WHERE id = ${quote(userId)}`,
  )
}

function insertMembership(
  statements: string[],
  { accountId }: Things,
  { userId, role, offeredBy }: { userId: string; role: string; offeredBy?: string },
) {
  const offer = offeredBy ? `${quote(offeredBy)}, now()` : 'NULL, NULL'
  statements.push(
    `INSERT INTO memberships (account_id, user_id, role, ownership_offered_by, ownership_offered_at)
     VALUES (${quote(accountId)}, ${quote(userId)}, ${quote(role)}, ${offer})`,
  )
}

async function clientOf(caller: Caller, userId: string, statements: string[]): Promise<HttpClient> {
  const client = new HttpClient(ORIGIN, RESPONSE_TIMEOUT_MS)
  if (caller === 'NO_SESSION') return client
  const sessionId = randomBytes(32).toString('base64url')
  if (caller !== 'ENDED_SESSION')
    statements.push(
      `INSERT INTO sessions (id_hash, user_id, remembered, idle_expires_at, expires_at)
       VALUES (${bytea(sessionId)}, ${quote(userId)}, false, now() + interval '1 h', now() + interval '1 h')`,
      `INSERT INTO session_proofs (session_hash, method) VALUES (${bytea(sessionId)}, 'password')`,
    )
  const secret = process.env.AUTH_SECRET ?? ''
  client.cookies.set(SESSION_COOKIE, await encode({ token: { sid: sessionId }, secret, salt: SESSION_COOKIE, maxAge: 3600 }))
  return client
}

/** @returns the SHA-256 of a secret, as the database stores it */
function bytea(secret: string): string {
  return `'\\x${createHash('sha256').update(secret).digest('hex')}'`
}

let tenantTables: Promise<{ name: string; key: string }[]> | undefined

/**
 * @returns a digest of all rows of the two accounts, except for records of denials: a rejected request leaves it unchanged,
 * and a successful action changes it
 */
export async function contentsOf({ own, foreign }: World): Promise<string> {
  tenantTables ??= asSuperuser<{ name: string; key: string }>(
    `SELECT c.relname AS name, CASE c.relname WHEN 'accounts' THEN 'id' ELSE 'account_id' END AS key
       FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relrowsecurity
        AND c.relname <> 'audit_chain' ORDER BY 1`, // a job writes these rows every minute, from audit_events
  )
  const parts = (await tenantTables).map(
    ({ name, key }) =>
      `(SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM ${name} AS t WHERE ${key} IN ($1, $2)${name === 'audit_events' ? " AND kind <> 'access.denied'" : ''}) AS ${name}`,
  )
  const [contents] = await asSuperuser(`SELECT ${parts.join()}`, [own.accountId, foreign.accountId])
  return JSON.stringify(contents)
}

/** @returns a suffix that makes a name or email unique across tests */
export function newSuffix(): string {
  return randomBytes(5).toString('hex')
}
