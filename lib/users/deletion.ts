import 'server-only'
import { z } from 'zod'
import { logRecorded } from '@/lib/audit/audit'
import { Prisma } from '@/lib/generated/prisma/client'
import type { RequestInfo } from '@/lib/http/request-info'
import { type Message, message } from '@/lib/messages'
import { conflict, forbidden, invalid, type Outcome, ok } from '@/lib/outcome'
import { onCommit, type Tx, withUser } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { log } from '@/lib/platform/log'
import { queueMail } from '@/lib/platform/mail/mail'
import { rows } from '@/lib/platform/rows'
import type { UserScope } from '@/lib/scope'

// Deleting a user leaves no account without an owner, unless it is already deleted. The SQL function plan_user_deletion
// decides what happens to each of their accounts. The migration that creates it describes the rules.

export type AccountName = { id: string; name: string; slug: string }

/** What happens to a user's accounts when the user is deleted. */
export type DeletionPlan = {
  /** Has other members but no other owner. The user must transfer or delete these first. */
  blocking: AccountName[]
  /** Has no other member, and is deleted with the user. */
  deleted: AccountName[]
  /** Continues without the user. */
  kept: AccountName[]
  /** Was deleted before, and is erased 30 days after that. */
  ending: (AccountName & { deletedAt: Date })[]
}

/** Returns what deleting this user would do now. */
export async function planDeletion({ user }: UserScope): Promise<DeletionPlan> {
  return byOutcome(await withUser(user.id, (tx) => readPlan(tx)))
}

/**
 * Deletes the user permanently, with their sessions, links, audit trail, and the accounts that have no other member. The
 * audit trails of all their accounts keep what they did, with their name and email at the time.
 * @param confirmation the user's email, as the schema normalized it
 * @returns `invalid` if `confirmation` differs; `conflict` if an account has other members and no other owner; `forbidden` if
 *   another request has deleted the user
 */
export async function deleteUser(
  scope: UserScope,
  { confirmation }: { confirmation: string },
  request: RequestInfo,
): Promise<Outcome<null>> {
  const { id } = scope.user
  return withUser(
    id,
    async (tx) => {
      // This lock conflicts with foreign keys: until the commit, no membership and no session of the user can be created.
      const [user] = await rows(tx, z.object({ email: z.string() }), Prisma.sql`SELECT email FROM users WHERE id = ${id}::uuid FOR UPDATE`)
      if (!user) return forbidden
      if (confirmation !== user.email) return invalid({ confirmation: 'email-differs' })
      const { blocking, deleted } = byOutcome(await readPlan(tx, { lock: true }))
      if (blocking.length) return conflict(blockingMessage(blocking))
      const left = await rows(
        tx,
        z.object({ accountId: z.uuid(), id: z.uuid(), kind: z.enum(['account.deleted', 'membership.left']) }),
        Prisma.sql`SELECT account_id AS "accountId", event_id AS id, kind FROM leave_accounts(${request.ip}, ${request.userAgent})`,
      )
      logRecorded(
        tx,
        left.map((event) => ({ ...event, actorId: id, ip: request.ip })),
      )
      await queueMail(tx, [{ to: user.email, template: 'user-deleted', props: { url: env().APP_URL } }])
      await tx.user.deleteMany({ where: { id } })
      const accounts = deleted.map((account) => account.id)
      // The user's audit trail is deleted with the user, so only the log records the deletion.
      onCommit(tx, () => log().info({ kind: 'user.deleted', user: id, actor: id, accounts, ip: request.ip }, 'recorded'))
      return ok(null)
    },
    { pool: 'export' },
  )
}

const planRow = z.object({
  id: z.uuid(),
  name: z.string(),
  slug: z.string(),
  deletedAt: z.date().nullable(),
  outcome: z.enum(['blocking', 'deleted', 'kept'] satisfies (keyof DeletionPlan)[]),
})
type PlanRow = z.output<typeof planRow>

function readPlan(tx: Tx, { lock = false } = {}): Promise<PlanRow[]> {
  return rows(tx, planRow, Prisma.sql`SELECT id, name, slug, outcome, deleted_at AS "deletedAt" FROM plan_user_deletion(${lock})`)
}

function byOutcome(accounts: PlanRow[]): DeletionPlan {
  const plan: DeletionPlan = { blocking: [], deleted: [], kept: [], ending: [] }
  for (const { outcome, deletedAt, ...account } of accounts) {
    if (deletedAt) plan.ending.push({ ...account, deletedAt })
    else plan[outcome].push(account)
  }
  return plan
}

const BLOCKING_NAMED = 3

function blockingMessage(blocking: AccountName[]): Message {
  const names = blocking.slice(0, BLOCKING_NAMED).map(({ name }) => `“${name}”`)
  return message('user-owns-accounts', { names: names.join(', '), more: blocking.length - names.length })
}
