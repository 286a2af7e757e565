import 'server-only'
import { recordEvent } from '@/lib/audit/audit'
import type { RequestInfo } from '@/lib/http/request-info'
import { withUser } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { queueMail } from '@/lib/platform/mail/mail'
import { originOf } from '@/lib/sessions/device-name'
import { endSessionsOf, lockSessions } from '@/lib/sessions/sessions'
import { hasFactor, removeFactors } from './list'

const OPERATOR: RequestInfo = { ip: null, userAgent: null }

/**
 * Removes all second factors of a user who lost them, as the job `reset-factors` of an operator. Ends all sessions, and notifies
 * the user. Only their next sign-in needs no second factor, so that an attacker with the password has no more time than that.
 * Safe to run twice: it does nothing until that sign-in has happened.
 */
export async function resetFactors({ userId }: { userId: string }, request = OPERATOR): Promise<void> {
  await withUser(userId, async (tx) => {
    const user = await tx.user.findUnique({ where: { id: userId }, select: { email: true } })
    if (!user) return
    await lockSessions(tx, userId)
    const earlier = await tx.factorReset.findUnique({ where: { userId }, select: { sessionHandle: true } })
    if (!(await hasFactor(tx, userId)) && !earlier?.sessionHandle) return
    await removeFactors(tx, userId)
    await tx.factorReset.createMany({ data: [{ userId }] })
    await endSessionsOf(tx, userId, { actorId: null, request })
    await recordEvent(tx, { kind: 'user.factors-reset', userId, actorId: null, request })
    const props = { change: 'factors-reset' as const, ...originOf(request), url: `${env().APP_URL}/private/settings/security` }
    await queueMail(tx, [{ to: user.email, template: 'factors-changed', props }])
  })
}
