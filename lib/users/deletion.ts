import 'server-only'
import { recordEvent } from '@/lib/audit/audit'
import { type Result, refuse } from '@/lib/form'
import type { RequestInfo } from '@/lib/http/request-info'
import { onCommit, type Tx, withContexts } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { log } from '@/lib/platform/log'
import { queueMail } from '@/lib/platform/mail/mail'
import type { UserScope } from '@/lib/scope'
import { EMAIL_DIFFERS } from './schema'

// A person who deletes themselves leaves no account without an owner: those where they are alone go with them, and while
// others are in one that they alone own, they stay.

export type AccountName = { id: string; name: string; slug: string }

/** What the end of a person is for their accounts: it waits for some, takes some along, and leaves the others. */
export type DeletionPlan = {
  /** owned by nobody else, and others are in them: to be handed over or deleted first */
  held: AccountName[]
  /** where the person is alone, or which they had deleted: gone with them, for good */
  alone: AccountName[]
  /** which go on without them */
  shared: AccountName[]
}

/** @returns what deleting one's user would do, by now */
export function planDeletion({ user }: UserScope): Promise<DeletionPlan> {
  return withContexts(user.id, async (tx, open) => {
    const plan: DeletionPlan = { held: [], alone: [], shared: [] }
    for (const account of await listMemberships(tx, user.id)) {
      await open({ accountId: account.id })
      const fate = await classifyAccount(tx, account, user.id)
      if (fate && !account.isDeleted) plan[fate].push(account)
    }
    return plan
  })
}

/**
 * Deletes one's own user with everything that is theirs alone, at once and for good: sessions, links, trail, and the
 * accounts where nobody else is. Their memberships end; what they did in accounts that go on stays in those trails, by id.
 * @param confirmation one's email, as the schema made it
 * @returns refused on `confirmation` when that is another; for the form while an account with others in it has no other
 * owner; null when somebody else, or another request, has deleted the user already
 */
export async function deleteUser(
  scope: UserScope,
  { confirmation }: { confirmation: string },
  request: RequestInfo,
): Promise<Result<true> | null> {
  const { id } = scope.user
  return withContexts(
    id,
    async (tx, open) => {
      // Locked whole: nobody can make them a member of anything meanwhile, nor begin a session for them.
      const [user] = await tx.$queryRaw<{ email: string }[]>`SELECT email FROM users WHERE id = ${id}::uuid FOR UPDATE`
      if (!user) return null
      if (confirmation !== user.email) return refuse(EMAIL_DIFFERS, 'confirmation')
      const plan: Record<AccountOutcome, AccountName[]> = { held: [], alone: [], shared: [] }
      for (const account of await listMemberships(tx, id)) {
        await open({ accountId: account.id })
        const fate = await classifyLockedAccount(tx, account, id)
        if (fate) plan[fate].push(account)
      }
      if (plan.held.length) return refuse(heldSentence(plan.held))
      for (const { id: accountId } of plan.alone) {
        await open({ accountId })
        await tx.account.deleteMany({ where: { id: accountId } })
      }
      for (const { id: accountId } of plan.shared) {
        await open({ accountId })
        await tx.membership.deleteMany({ where: { accountId, userId: id } })
        await recordEvent(tx, { kind: 'membership.left', accountId, actorId: id, target: user.email, targetId: id, request })
      }
      await open({ userId: id })
      await queueMail(tx, [{ to: user.email, template: 'user-deleted', props: { url: env().APP_URL } }])
      await tx.user.deleteMany({ where: { id } })
      const accounts = plan.alone.map((account) => account.id)
      // its trail goes with it, so that it happened stands in the log alone
      onCommit(tx, () => log().info({ kind: 'user.deleted', person: id, actor: id, accounts, ip: request.ip }, 'recorded'))
      return { ok: true, value: true }
    },
    { pool: 'export' },
  )
}

type AccountOutcome = keyof DeletionPlan
type Membership = AccountName & { isDeleted: boolean }

/** Through the person's door. In the order of their ids, for whoever locks several does it in that order. */
function listMemberships(tx: Tx, userId: string): Promise<Membership[]> {
  return tx.$queryRaw<Membership[]>`
    SELECT id, name, slug, deleted_at IS NOT NULL AS "isDeleted" FROM memberships JOIN accounts ON id = account_id
    WHERE user_id = ${userId}::uuid ORDER BY id`
}

/** As {@link classifyAccount}, and nobody changes the account's members until the transaction ends: see lib/memberships. */
async function classifyLockedAccount(tx: Tx, account: Membership, userId: string): Promise<AccountOutcome | undefined> {
  await tx.$queryRaw`SELECT id FROM accounts WHERE id = ${account.id}::uuid FOR NO KEY UPDATE`
  const fate = await classifyAccount(tx, account, userId)
  if (fate !== 'alone') return fate
  // Whoever is accepting an invitation at this moment holds its row: wait for them, and look again. Nobody else gets in.
  await tx.$queryRaw`SELECT id FROM invitations WHERE account_id = ${account.id}::uuid FOR UPDATE`
  return classifyAccount(tx, account, userId)
}

/** Through the account's door. @returns undefined when the person is no member of it any more */
async function classifyAccount(tx: Tx, { id, isDeleted }: Membership, userId: string): Promise<AccountOutcome | undefined> {
  const [standing] = await tx.$queryRaw<{ isOnlyOwner: boolean; isAlone: boolean }[]>`
    SELECT own.role = 'OWNER' AND NOT EXISTS (
             SELECT FROM memberships WHERE account_id = own.account_id AND role = 'OWNER' AND user_id <> own.user_id
           ) AS "isOnlyOwner",
           NOT EXISTS (SELECT FROM memberships WHERE account_id = own.account_id AND user_id <> own.user_id) AS "isAlone"
      FROM memberships AS own WHERE account_id = ${id}::uuid AND user_id = ${userId}::uuid`
  if (!standing) return undefined
  if (!standing.isOnlyOwner) return 'shared'
  return standing.isAlone || isDeleted ? 'alone' : 'held' // a deleted one, only an owner could have restored
}

const HELD_NAMED = 3

function heldSentence(held: AccountName[]): string {
  const named = held.slice(0, HELD_NAMED).map(({ name }) => `“${name}”`)
  const more = held.length - named.length
  const list = new Intl.ListFormat('en').format(more ? [...named, `${more} more`] : named)
  return `You are the only owner of ${list}, and others are in there. Hand over or delete first, then come back.`
}
