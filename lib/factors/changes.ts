import 'server-only'
import { recordEvent } from '@/lib/audit/audit'
import type { RequestInfo } from '@/lib/http/request-info'
import { conflict, forbidden, type Refusal } from '@/lib/outcome'
import type { Tx } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { queueMail } from '@/lib/platform/mail/mail'
import type { FactorChange } from '@/lib/platform/mail/templates/factors'
import type { UserScope } from '@/lib/scope'
import { originOf } from '@/lib/sessions/device-name'
import { hashSessionId, lockSessions } from '@/lib/sessions/sessions'
import { hasFactor } from './list'
import { SECOND_FACTORS } from './schema'

// The steps common to every change of a user's factors.

/** Returns whether this session has verified a second factor. A remembered browser alone does not count. */
export function hasVerifiedFactor({ session }: UserScope): boolean {
  return session.proofs.some(({ method, detail }) => SECOND_FACTORS.has(method) && detail.remembered !== true)
}

/**
 * Begins a change of the user's factors. Locks the user, so that changes run one at a time, and checks that the session may
 * make the change.
 * @returns the handle of the session; `forbidden` if it has ended; `conflict` if the user has a factor and this session
 *   has not verified one, so that a password and a remembered browser cannot remove it
 */
export async function beginChange(tx: Tx, scope: UserScope): Promise<{ handle: string } | Refusal> {
  const { user, session } = scope
  await lockSessions(tx, user.id)
  const found = await tx.session.findUnique({ where: { idHash: hashSessionId(session.id), userId: user.id }, select: { handle: true } })
  if (!found) return forbidden
  if ((await hasFactor(tx, user.id)) && !hasVerifiedFactor(scope)) return conflict('factor-proof-missing')
  return found
}

/** Records a change of the user's factors, and emails the user (ASVS 6.3.7), in the transaction of the change. */
export async function reportChange(
  tx: Tx,
  { user }: Pick<UserScope, 'user'>,
  change: FactorChange,
  request: RequestInfo,
  target?: string,
): Promise<void> {
  await recordEvent(tx, { kind: `user.${change}`, userId: user.id, actorId: user.id, ...(target ? { target } : {}), request })
  const props = { change, ...originOf(request), url: `${env().APP_URL}/private/settings/security` }
  await queueMail(tx, [{ to: user.email, template: 'factors-changed', props }])
}
