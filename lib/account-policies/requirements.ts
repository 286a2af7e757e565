import 'server-only'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import type { Tx } from '@/lib/platform/db'
import { rows } from '@/lib/platform/rows'
import { ADMINS } from './policy'
import { FACTOR_METHODS } from './schema'

/** An account that requires a second factor of a user, and the factors that it accepts. */
export const requirementRow = z.object({ name: z.string(), methods: z.array(z.enum(FACTOR_METHODS)) })

export type Requirement = z.output<typeof requirementRow>

const LIST = new Intl.ListFormat('en')

/** Returns the names of accounts for a message. */
export function namesOf(requirements: Requirement[]): { accounts: string; count: number } {
  return { accounts: LIST.format(requirements.map(({ name }) => name)), count: requirements.length }
}

/** Selects the accounts that require a second factor of the user in the tenant context, by name. */
export function selectRequirements(userId: string): Prisma.Sql {
  return Prisma.sql`
    SELECT a.name, p.factor_methods AS methods
      FROM memberships AS m JOIN accounts AS a ON a.id = m.account_id JOIN account_policies AS p ON p.account_id = m.account_id
     WHERE m.user_id = ${userId}::uuid AND a.deleted_at IS NULL
       AND (p.second_factor = 'everyone' OR (p.second_factor = 'admins' AND m.role = ANY (${[...ADMINS]}::"role"[])))
     ORDER BY a.name`
}

/** Returns the accounts that require a second factor of the user in the tenant context. */
export function factorsRequiredBy(tx: Tx, userId: string): Promise<Requirement[]> {
  return rows(tx, requirementRow, selectRequirements(userId))
}
