import 'server-only'
import type { RequestInfo } from '@/lib/http/request-info'
import type { Tx } from '@/lib/platform/db'
import { recordProof } from '@/lib/proofs/proofs'
import type { NewProof } from '@/lib/proofs/schema'
import type { SessionClaim } from '@/lib/scope'
import { hashSessionId, lifetimes, newSessionId, type SessionId } from './sessions'

/**
 * Gives a session a new id after its user authenticated again, and records how they did. A stolen copy of the old cookie stops
 * working (ASVS 7.2.4). The session's start, final expiry, and other proofs stay the same.
 * @returns the new id, for the cookie; null if the session has ended or another request renewed it first
 */
export async function renewSession(
  tx: Tx,
  { session, user }: SessionClaim['claim'],
  proof: NewProof,
  request: RequestInfo,
): Promise<SessionId | null> {
  const id = newSessionId()
  const renewed = await tx.$executeRaw`
    UPDATE sessions
       SET id_hash = ${hashSessionId(id)}, last_seen_at = now(),
           idle_expires_at = now() + ${lifetimes(session.remembered).idleMs} * interval '1 ms',
           ip = ${request.ip}, user_agent = ${request.userAgent}
     WHERE id_hash = ${hashSessionId(session.id)} AND user_id = ${user.id}::uuid AND idle_expires_at > now() AND expires_at > now()`
  if (!renewed) return null
  await recordProof(tx, hashSessionId(id), proof) // a separate statement: the earlier proofs get the new id at the end of the first
  return id
}
