import 'server-only'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import type { Tx } from '@/lib/platform/db'
import { rows } from '@/lib/platform/rows'
import { type AccountPolicy, accountPolicyRow, DEFAULT_POLICY } from './schema'

/** Reads the current policy of the account in the tenant context. A request's scope already has it. */
export async function readPolicy(tx: Tx, accountId: string): Promise<AccountPolicy> {
  const query = Prisma.sql`SELECT account_policy_json(${accountId}::uuid) AS policy`
  const [found] = await rows(tx, z.object({ policy: accountPolicyRow.nullable() }), query)
  return found?.policy ?? DEFAULT_POLICY
}
