import 'server-only'
import { cache } from 'react'
import { asUser, inAccount } from '@/lib/db'
import type { Role } from '@/lib/generated/prisma/client'
import type { AccountScope, UserScope } from '@/lib/scope'

/** An account as its member sees it in a list. */
export type OwnAccount = { id: string; name: string; slug: string; role: Role }

/**
 * The navigation and a page both ask: one transaction a request answers them.
 * @returns the accounts this user belongs to, by name
 */
export const listOwnAccounts = cache(async (scope: UserScope): Promise<OwnAccount[]> => {
  const memberships = await asUser(scope.user.id, (tx) =>
    tx.membership.findMany({
      where: { userId: scope.user.id },
      select: { role: true, account: { select: { id: true, name: true, slug: true } } },
      orderBy: { account: { nameKey: 'asc' } },
    }),
  )
  return memberships.map(({ role, account }) => ({ ...account, role }))
})

export type Member = { userId: string; email: string; name: string | null; role: Role; since: Date }

/** @returns the members of the account in scope, in the order they came */
export async function listMembers(scope: AccountScope): Promise<Member[]> {
  const memberships = await inAccount(scope.account.id, (tx) =>
    tx.membership.findMany({
      where: { accountId: scope.account.id },
      select: { role: true, createdAt: true, user: { select: { id: true, email: true, name: true } } },
      orderBy: [{ createdAt: 'asc' }, { userId: 'asc' }],
      take: MEMBERS_SHOWN,
    }),
  )
  return memberships.map(({ role, createdAt, user }) => ({ userId: user.id, email: user.email, name: user.name, role, since: createdAt }))
}

const MEMBERS_SHOWN = 50
