import 'server-only'
import { recordEvent } from '@/lib/audit/audit'
import { readTrail } from '@/lib/audit/trail'
import type { RequestInfo } from '@/lib/http/request-info'
import { type Tx, withUser } from '@/lib/platform/db'
import type { UserScope } from '@/lib/scope'

const FORMAT_VERSION = 1
const EVENTS_AT_ONCE = 1_000
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000'

/**
 * Everything that is kept about a person, as the text of one JSON object, piece by piece: their trail may be long. What
 * would open something is left out: the hash of a password, of a session's id, of a link.
 * @returns the pieces, which throw when the database fails before the last of them: what came until then is no whole JSON
 */
export async function exportUser({ user }: UserScope, request: RequestInfo): Promise<AsyncGenerator<string>> {
  const person = await withUser(user.id, async (tx) => {
    await recordEvent(tx, { kind: 'user.exported', userId: user.id, actorId: user.id, request })
    return readPerson(tx, user.id)
  })
  return writeJson(user.id, { formatVersion: FORMAT_VERSION, exportedAt: new Date(), ...person })
}

async function* writeJson(userId: string, head: object): AsyncGenerator<string> {
  yield `${JSON.stringify(head, null, 1).replace(/\n}$/, '')},\n "events": [`
  let after: string | undefined
  do {
    const events = await withUser(userId, (tx) => readTrail(tx, { userId }, { after: after ?? BEFORE_ALL, take: EVENTS_AT_ONCE }))
    for (const event of events) {
      yield `${after ? ',' : ''}\n  ${JSON.stringify(event)}`
      after = event.id
    }
    if (events.length < EVENTS_AT_ONCE) break
  } while (after)
  yield '\n ]\n}\n'
}

async function readPerson(tx: Tx, userId: string) {
  const { sessions, devices, identities, tokens, memberships, ...profile } = await tx.user.findUniqueOrThrow({
    where: { id: userId },
    select: {
      id: true,
      email: true,
      name: true,
      emailVerified: true,
      createdAt: true,
      updatedAt: true,
      sessions: {
        select: {
          handle: true,
          remembered: true,
          createdAt: true,
          lastSeenAt: true,
          authenticatedAt: true,
          idleExpiresAt: true,
          expiresAt: true,
          ip: true,
          userAgent: true,
        },
        orderBy: { createdAt: 'asc' },
      },
      devices: { select: { createdAt: true, lastSeenAt: true }, orderBy: { createdAt: 'asc' } },
      identities: { select: { provider: true, providerAccountId: true, type: true, createdAt: true }, orderBy: { createdAt: 'asc' } },
      tokens: { select: { purpose: true, email: true, createdAt: true, expiresAt: true }, orderBy: { createdAt: 'asc' } },
      memberships: {
        select: {
          accountId: true,
          role: true,
          createdAt: true,
          ownershipOfferedAt: true,
          account: { select: { name: true, slug: true, deletedAt: true } },
        },
        orderBy: { createdAt: 'asc' },
      },
    },
  })
  return {
    profile,
    sessions,
    devices,
    identities,
    links: tokens,
    memberships: memberships.map(({ account: { name, ...account }, ...membership }) => ({ ...membership, accountName: name, ...account })),
    invitations: await readInvitations(tx, profile.email),
  }
}

/** Those that wait for one's address. Who sent them is told by their account. */
function readInvitations(tx: Tx, email: string) {
  return tx.invitation.findMany({
    where: { email },
    select: { id: true, accountId: true, email: true, role: true, createdAt: true, sentAt: true, expiresAt: true },
    orderBy: { id: 'asc' },
  })
}
