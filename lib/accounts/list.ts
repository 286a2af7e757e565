import 'server-only'
import { cache } from 'react'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import { Role } from '@/lib/generated/prisma/enums'
import { readWithoutContext } from '@/lib/platform/read'
import type { UserScope } from '@/lib/scope'
import { hashSessionId } from '@/lib/sessions/sessions'

const ACCOUNTS_IN_SWITCHER = 200

const ownRow = z.object({ id: z.uuid(), name: z.string(), slug: z.string(), role: z.enum(Role), isSuspended: z.boolean() })

/** An account that the user is a member of, and their role in it. */
export type OwnAccount = z.output<typeof ownRow>

/**
 * Returns the accounts to switch between: the first 200 by name, and the one with this slug. Home lists all. Runs once per
 * request. The database finds the user by their session, so that the read is one statement without a tenant context.
 */
export const listSwitcherAccounts = cache((scope: UserScope, slug = ''): Promise<OwnAccount[]> => {
  const session = hashSessionId(scope.session.id)
  return readWithoutContext(
    ownRow,
    Prisma.sql`
      SELECT id, name, slug, role, is_suspended AS "isSuspended"
        FROM list_switcher_accounts(${session}, ${slug}, ${ACCOUNTS_IN_SWITCHER}::int)`,
  )
})
