import { createHash } from 'node:crypto'
import type { NewProof } from '@/lib/proofs/schema'
import { asSuperuser, NOW } from './database'

const sessionHash = (id: string) => createHash('sha256').update(id).digest()

/** Makes every proof in a user's sessions this old, or every proof in one session. */
export async function ageProofs(whose: { email: string } | { userId: string } | { sessionId: string }, interval: string): Promise<void> {
  const [condition, value] =
    'sessionId' in whose
      ? ['session_hash = $1', sessionHash(whose.sessionId)]
      : [
          `session_hash IN (SELECT id_hash FROM sessions JOIN users ON users.id = user_id WHERE $1 IN (users.id::text, email))`,
          'userId' in whose ? whose.userId : whose.email,
        ]
  await asSuperuser(`UPDATE session_proofs SET proven_at = ${NOW} - $2::interval WHERE ${condition}`, [value, interval])
}

/** Adds a proof to a session, as if its user had just authenticated with this method. */
export async function addProof(sessionId: string, { method, detail = {} }: NewProof): Promise<void> {
  await asSuperuser(
    `INSERT INTO session_proofs (session_hash, method, detail) VALUES ($1, $2, $3)
     ON CONFLICT (session_hash, method) DO UPDATE SET detail = excluded.detail, proven_at = now()`,
    [sessionHash(sessionId), method, JSON.stringify(detail)],
  )
}
