import 'server-only'
import { cache } from 'react'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import { Role } from '@/lib/generated/prisma/enums'
import { withUser } from '@/lib/platform/db'
import { rows } from '@/lib/platform/rows'
import { can } from '@/lib/policy'
import type { UserScope } from '@/lib/scope'
import { RESTORABLE_HOURS } from './schema'

/** An account that the user is a member of, and their role in it. */
export type OwnAccount = { id: string; name: string; slug: string; role: Role }

/** A deleted account, and when it can no longer be restored. */
export type RestorableAccount = { id: string; name: string; until: Date }

const ownRow = z.object({ id: z.uuid(), name: z.string(), slug: z.string(), role: z.enum(Role), until: z.date().nullable() })

/** Reads the user's accounts, including deleted ones that can still be restored. Runs once per request. */
const readOwn = cache((scope: UserScope) =>
  withUser(scope.user.id, (tx) =>
    rows(
      tx,
      ownRow,
      Prisma.sql`
        SELECT a.id, a.name, a.slug, m.role::text AS role, a.deleted_at + ${RESTORABLE_HOURS} * interval '1 hour' AS until
          FROM memberships AS m JOIN accounts AS a ON a.id = m.account_id
         WHERE m.user_id = ${scope.user.id}::uuid
           AND (a.deleted_at IS NULL OR a.deleted_at > now() - ${RESTORABLE_HOURS} * interval '1 hour')
         ORDER BY a.deleted_at DESC, a.name_key`,
    ),
  ),
)

/** Returns the accounts that the user is a member of, sorted by name, without deleted ones. */
export async function listOwnAccounts(scope: UserScope): Promise<OwnAccount[]> {
  return (await readOwn(scope)).filter(({ until }) => !until).map(({ until, ...account }) => account)
}

/** Returns the deleted accounts that the user can still restore, the most recently deleted first. */
export async function listRestorable(scope: UserScope): Promise<RestorableAccount[]> {
  return (await readOwn(scope)).flatMap(({ id, name, role, until }) =>
    until && can({ ...scope, membership: { role } }, 'account.restore') ? [{ id, name, until }] : [],
  )
}
