import 'server-only'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import { database } from '@/lib/platform/db'
import { rows } from '@/lib/platform/rows'
import { EXPIRED_KEPT_MS } from './schema'

/**
 * Erases pending invitations that expired long ago, with their tokens. Until then they are listed and can be sent again.
 * Accepted and revoked invitations are history, and stay.
 * @returns the number of invitations erased
 */
export async function eraseExpiredInvitations(): Promise<number> {
  const [erased] = await rows(
    database('job'),
    z.object({ count: z.bigint() }),
    Prisma.sql`SELECT erase_expired_invitations(${EXPIRED_KEPT_MS} * interval '1 ms') AS count`,
  )
  return Number(erased?.count ?? 0)
}
