import 'server-only'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import type { Tx } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { rows } from '@/lib/platform/rows'

// The maximum that a user or an account can have, so that no one fills the database or a page (ASVS 2.4.1, 15.2.2).

/** Accounts that a user created, including transferred ones, and deleted ones that can still be restored. */
export const CREATED_ACCOUNTS_MAX = 20

/** Live sessions of a user. A new one ends the oldest. */
export const SESSIONS_MAX = 100

/** Updates of a project. */
export const PROJECT_UPDATES_MAX = 1_000

/** Rows of an account, by table, with the condition for those that count. */
const COUNTED = {
  invitations: {
    table: Prisma.sql`invitations`,
    where: Prisma.sql`accepted_at IS NULL AND revoked_at IS NULL`,
    max: () => env().MAX_PENDING_INVITATIONS,
  },
  projects: { table: Prisma.sql`projects`, where: Prisma.sql`true`, max: () => env().MAX_PROJECTS },
  projectUpdates: { table: Prisma.sql`project_updates`, where: Prisma.sql`true`, max: () => PROJECT_UPDATES_MAX },
}

/**
 * Returns the account's quota for a table if its rows exceed it. Call it after the insert, and roll back. It locks the account, so
 * that parallel transactions count each other's rows.
 * @param within counts only these of its rows, such as those of one project
 * @returns the quota; undefined if it is not exceeded
 */
export async function exceededQuota(
  tx: Tx,
  accountId: string,
  name: keyof typeof COUNTED,
  within?: Prisma.Sql,
): Promise<number | undefined> {
  const { table, where, max } = COUNTED[name]
  await tx.$queryRaw`SELECT id FROM accounts WHERE id = ${accountId}::uuid FOR NO KEY UPDATE`
  const [found] = await rows(
    tx,
    z.object({ count: z.int() }),
    Prisma.sql`SELECT count(*)::int FROM ${table} WHERE account_id = ${accountId}::uuid AND ${within ?? where}`,
  )
  return found && found.count > max() ? max() : undefined
}
