import 'server-only'
import { recordEvent } from '@/lib/audit/audit'
import { readTrail } from '@/lib/audit/trail'
import type { RequestInfo } from '@/lib/http/request-info'
import { type Tx, withUser } from '@/lib/platform/db'
import type { UserScope } from '@/lib/scope'

const FORMAT_VERSION = 1
const EVENTS_PER_BATCH = 1_000
const FIRST_ID = '00000000-0000-0000-0000-000000000000'

/**
 * Exports all data about the user as one JSON object, in pieces, because the audit trail may be long. It omits secrets: the
 * hashes of the password, the session ids, and the links, and the secrets of second factors.
 * @returns the pieces; iteration throws if the database fails, and what it wrote is not valid JSON
 */
export async function exportUser({ user }: UserScope, request: RequestInfo): Promise<AsyncGenerator<string>> {
  const profile = await withUser(user.id, async (tx) => {
    await recordEvent(tx, { kind: 'user.exported', userId: user.id, actorId: user.id, request })
    return readUser(tx, user.id)
  })
  return writeJson(user.id, { formatVersion: FORMAT_VERSION, exportedAt: new Date(), ...profile })
}

async function* writeJson(userId: string, head: object): AsyncGenerator<string> {
  yield `${JSON.stringify(head, null, 1).replace(/\n}$/, '')},\n "events": [`
  let after: string | undefined
  do {
    const events = await withUser(userId, (tx) => readTrail(tx, { userId }, { after: after ?? FIRST_ID, take: EVENTS_PER_BATCH }))
    for (const event of events) {
      yield `${after ? ',' : ''}\n  ${JSON.stringify(event)}`
      after = event.id
    }
    if (events.length < EVENTS_PER_BATCH) break
  } while (after)
  yield '\n ]\n}\n'
}

async function readUser(tx: Tx, userId: string) {
  const {
    sessions,
    devices,
    identities,
    tokens,
    totpFactors,
    factorReset,
    recoveryCodes,
    rememberedBrowsers,
    passkeys,
    memberships,
    ...profile
  } = await tx.user.findUniqueOrThrow({
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
          idleExpiresAt: true,
          expiresAt: true,
          ip: true,
          userAgent: true,
          longestIdleSeconds: true,
          proofs: { select: { method: true, detail: true, provenAt: true }, orderBy: { provenAt: 'asc' } },
        },
        orderBy: { createdAt: 'asc' },
      },
      devices: { select: { createdAt: true, lastSeenAt: true }, orderBy: { createdAt: 'asc' } },
      identities: { select: { provider: true, providerAccountId: true, type: true, createdAt: true }, orderBy: { createdAt: 'asc' } },
      tokens: {
        // Leaves out when the email was sent and when the link expires, because a taken email gets no link (ASVS 6.3.8).
        select: { purpose: true, email: true, createdAt: true, lifetimeMs: true },
        orderBy: { createdAt: 'asc' },
      },
      totpFactors: { select: { id: true, name: true, createdAt: true, lastUsedAt: true } },
      factorReset: { select: { createdAt: true } },
      recoveryCodes: { select: { createdAt: true } },
      passkeys: {
        select: {
          id: true,
          name: true,
          aaguid: true,
          transports: true,
          isBackupEligible: true,
          isBackedUp: true,
          createdAt: true,
          lastUsedAt: true,
        },
        orderBy: { createdAt: 'asc' },
      },
      rememberedBrowsers: {
        select: { handle: true, ip: true, userAgent: true, createdAt: true, expiresAt: true },
        orderBy: { createdAt: 'asc' },
      },
      memberships: {
        select: {
          accountId: true,
          role: true,
          createdAt: true,
          ownershipOfferedAt: true,
          setupDismissedAt: true,
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
    authenticatorApps: totpFactors,
    factorResets: factorReset ? [factorReset] : [],
    recoveryCodes,
    passkeys,
    rememberedBrowsers,
    memberships: memberships.map(({ account: { name, ...account }, ...membership }) => ({ ...membership, accountName: name, ...account })),
    invitations: await readInvitations(tx, profile.email),
  }
}

/** Reads the pending invitations to the user's email, without the inviter, which is the account's data. */
function readInvitations(tx: Tx, email: string) {
  return tx.invitation.findMany({
    where: { email },
    select: { id: true, accountId: true, email: true, role: true, createdAt: true, sentAt: true, expiresAt: true },
    orderBy: { id: 'asc' },
  })
}
