import 'server-only'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import type { Tx } from '@/lib/platform/db'
import { rows } from '@/lib/platform/rows'

/**
 * Locks the user's row until the transaction ends. Call it before consuming a token, so that all changes of a user's email
 * or password run one after the other and cannot deadlock. Rows that reference the user can still be inserted.
 * @returns the user's current email, and whether it is verified; null if the user was deleted
 */
export async function lockUser(tx: Tx, id: string): Promise<{ id: string; email: string; isVerified: boolean } | null> {
  const [user] = await rows(
    tx,
    z.object({ id: z.string(), email: z.string(), isVerified: z.boolean() }),
    Prisma.sql`
    SELECT id, email, email_verified_at IS NOT NULL AS "isVerified" FROM users WHERE id = ${id}::uuid FOR NO KEY UPDATE`,
  )
  return user ?? null
}
