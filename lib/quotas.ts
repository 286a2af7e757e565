import 'server-only'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import type { Tx } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { rows } from '@/lib/platform/rows'

// The maximum that a user or an account can have, so that no one fills the database or a page (ASVS 2.4.1, 15.2.2). A
// resource's quotas are in its folder.

/** Accounts that a user created, including transferred ones, and deleted ones that can still be restored. */
export const CREATED_ACCOUNTS_MAX = 20

/** Live sessions of a user. A new one ends the oldest. */
export const SESSIONS_MAX = 100

/** A maximum of an account's rows in a table. `where` is the condition for those that count; without it, all do. */
export type Quota = { table: Prisma.Sql; where?: Prisma.Sql; max: number }

/** Pending invitations of an account. */
export function invitationQuota(): Quota {
  return {
    table: Prisma.sql`invitations`,
    where: Prisma.sql`accepted_at IS NULL AND revoked_at IS NULL`,
    max: env().MAX_PENDING_INVITATIONS,
  }
}

/**
 * Returns the maximum of a quota if the account's rows exceed it. Call it after the insert, and roll back. It locks the account,
 * so that parallel transactions count each other's rows.
 * @returns undefined if it is not exceeded
 */
export async function exceededQuota(tx: Tx, accountId: string, { table, where, max }: Quota): Promise<number | undefined> {
  await tx.$queryRaw`SELECT id FROM accounts WHERE id = ${accountId}::uuid FOR NO KEY UPDATE`
  const [found] = await rows(
    tx,
    z.object({ count: z.int() }),
    Prisma.sql`SELECT count(*)::int FROM ${table} WHERE account_id = ${accountId}::uuid AND ${where ?? Prisma.sql`true`}`,
  )
  return found && found.count > max ? max : undefined
}
