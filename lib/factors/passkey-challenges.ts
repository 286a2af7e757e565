import 'server-only'
import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import { consumeLimit } from '@/lib/http/limits/limits'
import { database } from '@/lib/platform/db'
import { rows } from '@/lib/platform/rows'
import type { SessionClaim } from '@/lib/scope'
import { hashDeviceId } from '@/lib/sessions/devices'
import { hashSessionId } from '@/lib/sessions/sessions'
import { CHALLENGE_LIFETIME_MS, parseJson } from './schema'

const CHALLENGE_BYTES = 32

/** Who a challenge is for: a browser, and the session that requested it, if there is one. */
export type Challenger = { deviceId: string } & (
  | { purpose: 'sign-in' | 'reset' }
  | { purpose: 'add' | 'verify'; claim: SessionClaim['claim'] }
)

/**
 * Creates a challenge of 256 random bits, and stores its hash.
 * @returns null if the session has ended
 * @throws RateLimited if a signed-in user asked for too many
 */
export async function newChallenge(challenger: Challenger): Promise<string | null> {
  if ('claim' in challenger) await consumeLimit('own-passkey-challenge', { userId: challenger.claim.user.id })
  const challenge = randomBytes(CHALLENGE_BYTES).toString('base64url')
  const device = hashDeviceId(challenger.deviceId)
  const stored = !('claim' in challenger)
    ? await database().$executeRaw`
          INSERT INTO passkey_challenges (hash, device_hash, purpose) VALUES (${hashChallenge(challenge)}, ${device}, ${challenger.purpose})`
    : await database().$executeRaw`
          INSERT INTO passkey_challenges (hash, device_hash, purpose, user_id, session_handle)
          SELECT ${hashChallenge(challenge)}, ${device}, ${challenger.purpose}, user_id, handle FROM sessions
           WHERE id_hash = ${hashSessionId(challenger.claim.session.id)} AND user_id = ${challenger.claim.user.id}::uuid`
  return stored ? challenge : null
}

const clientDataSchema = z.object({ challenge: z.string() })

/**
 * Consumes the challenge that a browser's answer names, as {@link consumeChallenge} does. It runs before the answer is verified,
 * because WebAuthn libraries report a malformed answer with an ordinary error: database work among them would fail unseen.
 * @returns the challenge, which the answer must have signed; null if the answer names none, or one that cannot be used
 */
export async function consumeChallengeIn(
  answer: { response?: { clientDataJSON?: unknown } },
  challenger: Challenger,
): Promise<string | null> {
  const encoded = answer.response?.clientDataJSON
  const clientData = clientDataSchema.safeParse(
    typeof encoded === 'string' ? parseJson(Buffer.from(encoded, 'base64url').toString()) : null,
  )
  if (!clientData.success) return null
  const { challenge } = clientData.data
  return (await consumeChallenge(challenge, challenger)) ? challenge : null
}

/**
 * Consumes a challenge, in one statement that deletes it, so only one of several parallel uses succeeds.
 * @returns false if it is unknown, was used, has expired, or is for another browser, purpose, or session
 */
async function consumeChallenge(challenge: string, challenger: Challenger): Promise<boolean> {
  const session = !('claim' in challenger)
    ? Prisma.sql`user_id IS NULL`
    : Prisma.sql`(user_id, session_handle) = (SELECT user_id, handle FROM sessions WHERE id_hash = ${hashSessionId(challenger.claim.session.id)})`
  const consumed = await rows(
    database(),
    z.object({ isCurrent: z.boolean() }),
    Prisma.sql`
      DELETE FROM passkey_challenges
       WHERE hash = ${hashChallenge(challenge)} AND device_hash = ${hashDeviceId(challenger.deviceId)} AND purpose = ${challenger.purpose} AND ${session}
      RETURNING created_at > now() - ${CHALLENGE_LIFETIME_MS} * interval '1 ms' AS "isCurrent"`,
  )
  return consumed[0]?.isCurrent ?? false
}

function hashChallenge(challenge: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(challenge).digest())
}
