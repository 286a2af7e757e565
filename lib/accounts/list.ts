import 'server-only'
import { cache } from 'react'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import { Role } from '@/lib/generated/prisma/enums'
import { pageOf } from '@/lib/lists'
import { withUser } from '@/lib/platform/db'
import { rows } from '@/lib/platform/rows'
import { can } from '@/lib/policy'
import type { UserScope } from '@/lib/scope'
import { RESTORABLE_HOURS } from './schema'

/** An account that the user is a member of, and their role in it. */
export type OwnAccount = { id: string; name: string; slug: string; role: Role }

/** A deleted account, and when it can no longer be restored. */
export type RestorableAccount = { id: string; name: string; until: Date }

const ACCOUNTS_PER_PAGE = 50
const ACCOUNTS_IN_SWITCHER = 200

const ownRow = z.object({ id: z.uuid(), name: z.string(), slug: z.string(), role: z.enum(Role), nameKey: z.string() })
type OwnRow = z.output<typeof ownRow>

/**
 * Reads a page of the accounts that the user is a member of, sorted by name, without deleted ones.
 * @param after the `next` of the previous page
 */
export async function listOwnAccounts(scope: UserScope, after = ''): Promise<{ accounts: OwnAccount[]; next?: string }> {
  const found = await readOwn(scope, Prisma.sql`AND a.name_key > ${after} ORDER BY a.name_key`, ACCOUNTS_PER_PAGE + 1)
  const { rows: page, next } = pageOf(found, ACCOUNTS_PER_PAGE, ({ nameKey }) => nameKey)
  return { accounts: page.map(toOwnAccount), ...(next ? { next } : {}) }
}

/**
 * Returns the accounts to switch between: the first 200 by name, and the one with this slug. The home page lists all. Runs once
 * per request.
 */
export const listSwitcherAccounts = cache(async (scope: UserScope, slug = ''): Promise<OwnAccount[]> => {
  const found = await readOwn(scope, Prisma.sql`ORDER BY a.slug = ${slug} DESC, a.name_key`, ACCOUNTS_IN_SWITCHER)
  return found.sort((one, other) => (one.nameKey < other.nameKey ? -1 : 1)).map(toOwnAccount)
})

function readOwn(scope: UserScope, order: Prisma.Sql, limit: number): Promise<OwnRow[]> {
  return withUser(scope.user.id, (tx) =>
    rows(
      tx,
      ownRow,
      Prisma.sql`
        SELECT a.id, a.name, a.slug, m.role::text AS role, a.name_key AS "nameKey"
          FROM memberships AS m JOIN accounts AS a ON a.id = m.account_id
         WHERE m.user_id = ${scope.user.id}::uuid AND a.deleted_at IS NULL ${order}
         LIMIT ${limit}`,
    ),
  )
}

function toOwnAccount({ nameKey, ...account }: OwnRow): OwnAccount {
  return account
}

const deletedRow = ownRow.pick({ id: true, name: true, role: true }).extend({ until: z.date() })

/** Returns the deleted accounts that the user can still restore, the most recently deleted first, at most fifty. */
export async function listRestorable(scope: UserScope): Promise<RestorableAccount[]> {
  const found = await withUser(scope.user.id, (tx) =>
    rows(
      tx,
      deletedRow,
      Prisma.sql`
        SELECT a.id, a.name, m.role::text AS role, a.deleted_at + ${RESTORABLE_HOURS} * interval '1 hour' AS until
          FROM memberships AS m JOIN accounts AS a ON a.id = m.account_id
         WHERE m.user_id = ${scope.user.id}::uuid AND a.deleted_at > now() - ${RESTORABLE_HOURS} * interval '1 hour'
         ORDER BY a.deleted_at DESC
         LIMIT ${ACCOUNTS_PER_PAGE}`,
    ),
  )
  return found.flatMap(({ id, name, role, until }) =>
    can({ ...scope, membership: { role } }, 'account.restore') ? [{ id, name, until }] : [],
  )
}
