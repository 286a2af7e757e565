import 'server-only'
import { z } from 'zod'
import { unmet } from '@/lib/account-policies/policy'
import { accountPolicyRow, DEFAULT_POLICY } from '@/lib/account-policies/schema'
import { Prisma } from '@/lib/generated/prisma/client'
import { Role } from '@/lib/generated/prisma/enums'
import type { RequestInfo } from '@/lib/http/request-info'
import { type OpenInvitation, openRow, usable } from '@/lib/invitations/open'
import { pageOf } from '@/lib/lists'
import { readWithoutContext } from '@/lib/platform/read'
import { can } from '@/lib/policy'
import type { UserScope } from '@/lib/scope'
import { hashSessionId } from '@/lib/sessions/sessions'
import { foldText } from '@/lib/text'
import { RESTORABLE_HOURS } from './schema'

const ACCOUNTS_PER_PAGE = 50
const INVITATIONS_SHOWN = 20

const homeRow = z.object({
  accounts: z.array(
    z.object({
      name: z.string(),
      slug: z.string(),
      role: z.enum(Role),
      nameKey: z.string(),
      isSuspended: z.boolean(),
      members: z.number(),
      activeAt: z.coerce.date().nullable(),
      policy: accountPolicyRow.nullable(),
      offer: z.object({ offererName: z.string(), expiresAt: z.coerce.date() }).nullable(),
    }),
  ),
  deleted: z.array(z.object({ id: z.uuid(), name: z.string(), role: z.enum(Role), until: z.coerce.date() })),
  invitations: z.array(openRow),
})

/** An account as Home shows it. */
export type HomeAccount = {
  name: string
  slug: string
  role: Role
  isSuspended: boolean
  /** null if the account is suspended or the session does not meet its policy, so that Home shows nothing of its contents */
  contents: { members: number; activeAt: Date | null } | null
}

/** A pending offer of an account's ownership to the user. */
export type HomeOffer = { slug: string; accountName: string; offererName: string; expiresAt: Date }

/** A deleted account, and when it can no longer be restored. */
export type RestorableAccount = { id: string; name: string; until: Date }

export type Home = {
  accounts: HomeAccount[]
  /** the cursor of the next page of accounts, if there is one */
  next?: string
  /** the pending offers of ownership of the accounts on this page, without those whose contents Home does not show */
  offers: HomeOffer[]
  /** deleted accounts that the user can restore, the most recently deleted first */
  restorable: RestorableAccount[]
  /** the usable invitations to the user's confirmed email, newest first, at most twenty */
  invitations: OpenInvitation[]
  /** how many more there are, up to 180 */
  moreInvitations: number
}

/**
 * Reads what Home shows in one statement. The database finds the user by their session, so it needs no tenant context.
 * @param query `search` matches any part of a name, ignoring case; `after` is the `next` of the previous page
 */
export async function readHome(
  scope: UserScope,
  request: Pick<RequestInfo, 'ip'>,
  { search = '', after = '' }: { search?: string; after?: string } = {},
): Promise<Home> {
  const [home] = await readWithoutContext(
    homeRow,
    Prisma.sql`
      SELECT * FROM home_of(${hashSessionId(scope.session.id)}, ${foldText(search)}, ${after}, ${ACCOUNTS_PER_PAGE + 1}::int,
                            ${RESTORABLE_HOURS} * interval '1 hour')`,
  )
  if (!home) throw new Error('home_of returns one row')
  const { rows: found, next } = pageOf(home.accounts, ACCOUNTS_PER_PAGE, ({ nameKey }) => nameKey)
  const accounts = found.map((account) => ({ ...shownAs(account, scope, request), offer: account.offer }))
  const invitations = home.invitations.flatMap(usable)
  return {
    accounts: accounts.map(({ offer, ...account }) => account),
    ...(next ? { next } : {}),
    offers: accounts.flatMap(({ slug, name, contents, offer }) => (offer && contents ? [{ slug, accountName: name, ...offer }] : [])),
    restorable: home.deleted.flatMap(({ role, ...account }) =>
      can({ ...scope, membership: { role } }, 'account.restore') ? [account] : [],
    ),
    invitations: invitations.slice(0, INVITATIONS_SHOWN),
    moreInvitations: Math.max(0, invitations.length - INVITATIONS_SHOWN),
  }
}

function shownAs(
  { name, slug, role, isSuspended, members, activeAt, policy }: z.output<typeof homeRow>['accounts'][number],
  { session: { proofs, idleSeconds } }: UserScope,
  request: Pick<RequestInfo, 'ip'>,
): HomeAccount {
  const isOpen = !isSuspended && unmet(policy ?? DEFAULT_POLICY, { role, proofs, idleSeconds }, request).length === 0
  return { name, slug, role, isSuspended, contents: isOpen ? { members, activeAt } : null }
}
