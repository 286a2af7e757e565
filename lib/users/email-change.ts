import 'server-only'
import { z } from 'zod'
import { recordEvent } from '@/lib/audit/audit'
import { Prisma } from '@/lib/generated/prisma/client'
import { countInTransaction } from '@/lib/http/limits/in-transaction'
import { consumeLimit } from '@/lib/http/limits/limits'
import type { RequestInfo } from '@/lib/http/request-info'
import { conflict, invalid, type Outcome, ok } from '@/lib/outcome'
import { type Tx, withUser } from '@/lib/platform/db'
import { violatedConstraint } from '@/lib/platform/db-errors'
import { env } from '@/lib/platform/env'
import { queueMail } from '@/lib/platform/mail/mail'
import { rows } from '@/lib/platform/rows'
import type { UserScope } from '@/lib/scope'
import { originOf } from '@/lib/sessions/device-name'
import { consumeToken, findToken, issueTokens, voidUserTokens } from '@/lib/tokens/tokens'
import { type LinkOpener, requireLinkOwner } from './link-owner'
import { lockUser } from './lock'
import { EMAIL_LINK_LIFETIME_MS } from './schema'
import { markEmailVerified } from './users'

// The user's email changes once the new address is confirmed. The old address is notified of the request and of the change,
// and each of these two messages has a link that undoes it: see ./email-undo. An address that was never confirmed may belong
// to someone else, so it gets neither message: the link would give that person control of the user.

/**
 * Requests a change of email: sends a link to the new address, and notifies the current one. If the new one is taken, the
 * response is the same, and it gets another message. A link is created anyway and discarded, so that neither rows nor timing
 * differ (ASVS 6.3.8).
 * @param email the normalized new address
 * @returns the new email; `invalid` if it is the current one
 * @throws RateLimited after too many requests
 */
export async function requestEmailChange(
  scope: UserScope,
  { email }: { email: string },
  request: RequestInfo,
): Promise<Outcome<{ email: string }>> {
  const { id } = scope.user
  await consumeLimit('email-change', { request, userId: id, email })
  return withUser(id, async (tx) => {
    const user = await lockUser(tx, id)
    if (!user || user.email === email) return invalid({ email: 'email-unchanged' })
    const isTaken = (await tx.user.count({ where: { email } })) > 0
    await voidUserTokens(tx, id, ['email-change'])
    const [token] = await issueTokens(tx, 'email-change', EMAIL_LINK_LIFETIME_MS, [{ email, userId: id }])
    const { exceeded } = await countInTransaction(tx, 'notice-mail', [{ email, content: 'address-taken' }])
    if (!isTaken || !exceeded.length)
      await queueMail(tx, [
        isTaken
          ? { to: email, template: 'address-taken', props: { url: `${env().APP_URL}/login` } }
          : { to: email, template: 'confirm-new-email', props: { url: `${env().APP_URL}/verify-email/${token}` } },
      ])
    await notifyOldAddress(tx, user, 'email-change-requested', email, request)
    await recordEvent(tx, { kind: 'user.email-change-asked', userId: id, actorId: id, target: email, request })
    return ok({ email })
  })
}

/**
 * Returns the new email that is not yet confirmed, and when its link expires; null if there is none. It ignores that sending
 * the email extends the link: a taken email gets no link, and the expiry must not reveal that (ASVS 6.3.8).
 */
export async function findPendingEmail(scope: UserScope): Promise<{ email: string; until: Date } | null> {
  const [pending] = await withUser(scope.user.id, (tx) =>
    rows(
      tx,
      z.object({ email: z.string(), until: z.date() }),
      Prisma.sql`
      SELECT email, until FROM tokens, LATERAL (SELECT created_at + lifetime_ms * interval '1 ms' AS until) AS issued
      WHERE user_id = ${scope.user.id}::uuid AND purpose = 'email-change' AND until > now() LIMIT 1`,
    ),
  )
  return pending ?? null
}

/** Returns the email that a link would confirm, and whose it would be; null if it can't be used. */
export async function findEmailChange(token: string): Promise<{ email: string; userId: string } | null> {
  const proof = await findToken('email-change', token)
  return proof?.userId ? { email: proof.email, userId: proof.userId } : null
}

/**
 * Changes the email by the link that was sent to the new address. Links that were sent to the old one stop working, except
 * those that undo the change.
 * @returns the new email; `conflict` if the link can't be used, or the email has been taken since; `invalid` if the opener is
 *   not its user
 * @throws RateLimited after too many wrong passwords; HashingBusy if the hashing queue is full
 */
export async function confirmEmailChange(token: string, opener: LinkOpener): Promise<Outcome<{ email: string }>> {
  const found = await findEmailChange(token)
  if (!found) return conflict('link-expired')
  const { userId, email } = found
  const { request } = opener
  const owned = await requireLinkOwner(userId, opener)
  if (owned.status !== 'ok') return owned
  const changing = withUser(userId, async (tx) => {
    const user = await lockUser(tx, userId)
    if (!user || !(await consumeToken(tx, 'email-change', token))) return conflict('link-expired')
    await tx.user.update({ where: { id: userId }, data: { email, emailVerified: null }, select: { id: true } })
    await markEmailVerified(tx, userId)
    await voidUserTokens(tx, userId, ['email-change', 'email-verification', 'password-reset', 'sign-in'])
    await notifyOldAddress(tx, user, 'email-changed', email, request)
    const details = { from: user.email }
    await recordEvent(tx, { kind: 'user.email-changed', userId, actorId: userId, target: email, details, request })
    return ok({ email })
  })
  try {
    return await changing
  } catch (error) {
    if (violatedConstraint(error) === 'users_email_key') return conflict('email-no-longer-free')
    throw error
  }
}

/** Emails the old address a link that keeps or restores it. The link works for 24 hours, even if a newer one is sent. */
async function notifyOldAddress(
  tx: Tx,
  { id, email, isVerified }: { id: string; email: string; isVerified: boolean },
  template: 'email-change-requested' | 'email-changed',
  newEmail: string,
  request: RequestInfo,
): Promise<void> {
  if (!isVerified) return
  const [token] = await issueTokens(tx, 'email-change-undo', EMAIL_LINK_LIFETIME_MS, [{ email, userId: id }])
  const props = { newEmail, ...originOf(request), url: `${env().APP_URL}/restore-email/${token}` }
  await queueMail(tx, [{ to: email, template, props }])
}
