import 'server-only'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import { database } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { rows } from '@/lib/platform/rows'

/** Erases the audit trails of accounts that were erased AUDIT_RETENTION_DAYS ago. @returns the number of trails erased */
export async function eraseExpiredTrails(): Promise<number> {
  const [erased] = await rows(
    database('job'),
    z.object({ count: z.bigint() }),
    Prisma.sql`SELECT erase_retained_trails(${env().AUDIT_RETENTION_DAYS} * interval '1 day') AS count`,
  )
  return Number(erased?.count ?? 0)
}
