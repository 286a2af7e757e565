import 'server-only'
import { Prisma } from '@/lib/generated/prisma/client'
import type { Tx } from '@/lib/platform/db'
import type { NewProof } from './schema'

/**
 * Records that a session's user authenticated, in the transaction that verified it. The newest proof of a method replaces an
 * earlier one, and the session's idle time starts over.
 * @param sessionHash the key of the session's row, which exists
 */
export async function recordProof(tx: Tx, sessionHash: Uint8Array<ArrayBuffer>, proof: NewProof): Promise<void> {
  const used = Prisma.sql`UPDATE sessions SET longest_idle_seconds = 0, last_seen_at = now() WHERE id_hash = ${sessionHash}`
  await tx.$executeRaw`WITH used AS (${used}) ${insertProof(sessionHash, proof)}`
}

/** Returns the statement of {@link recordProof}, so that the statement that stores the session can include it. */
export function insertProof(sessionHash: Uint8Array<ArrayBuffer>, { method, detail = {} }: NewProof): Prisma.Sql {
  return Prisma.sql`
    INSERT INTO session_proofs (session_hash, method, detail) VALUES (${sessionHash}, ${method}, ${JSON.stringify(detail)}::jsonb)
    ON CONFLICT (session_hash, method) DO UPDATE SET detail = excluded.detail, proven_at = now()`
}
