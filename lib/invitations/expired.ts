import 'server-only'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import { database } from '@/lib/platform/db'
import { rows } from '@/lib/platform/rows'
import { EXPIRED_RETENTION_MS } from './schema'

/**
 * Erases pending invitations that expired 30 days ago, with their tokens. Until then, they are listed and can be resent.
 * Accepted and revoked invitations are kept as history.
 * @returns the number of invitations erased
 */
export async function eraseExpiredInvitations(): Promise<number> {
  const [erased] = await rows(
    database('job'),
    z.object({ count: z.bigint() }),
    Prisma.sql`SELECT erase_expired_invitations(${EXPIRED_RETENTION_MS} * interval '1 ms') AS count`,
  )
  return Number(erased?.count ?? 0)
}
