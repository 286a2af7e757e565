import 'server-only'
import { recordEvent } from '@/lib/audit/audit'
import { type Result, refuse } from '@/lib/form'
import type { Device } from '@/lib/http/device-id'
import type { RequestInfo } from '@/lib/http/request-info'
import { hashPassword } from '@/lib/password/password'
import { contextualWeakness, PASSWORD_INCORRECT, PASSWORD_SAME } from '@/lib/password/schema'
import { findWeakness } from '@/lib/password/weakness'
import { type Tx, withUser } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { queueMail } from '@/lib/platform/mail/mail'
import type { UserScope } from '@/lib/scope'
import { forgetDevices, rememberDevice } from '@/lib/sessions/devices'
import { renewSession } from '@/lib/sessions/renewal'
import { endSessionsOf, lockSessions, type SessionId } from '@/lib/sessions/sessions'
import { voidUserTokens } from '@/lib/tokens/tokens'
import { verifyPassword } from './users'

/**
 * Changes one's own password from within a session, which goes on under a new id; the others end. Of two changes at once
 * one holds, and the other finds its session renewed or ended.
 * @param device the browser it is changed in: it alone stays a known one
 * @returns the session's new id, for the cookie; refused on `currentPassword` when that is wrong, on `password` when the
 * new one is weak or no other; null when the session has ended meanwhile
 * @throws HashingBusy when too many are signing in
 */
export async function changePassword(
  scope: UserScope,
  { currentPassword, password }: { currentPassword: string; password: string },
  request: RequestInfo,
  device?: Device,
): Promise<Result<SessionId> | null> {
  const { user } = scope
  if (!(await verifyPassword(scope, currentPassword, request))) return refuse(PASSWORD_INCORRECT, 'currentPassword')
  if (isSame(password, currentPassword)) return refuse(PASSWORD_SAME, 'password')
  const weakness = await findOwnWeakness(user, password)
  if (weakness) return refuse(weakness, 'password')
  const passwordHash = await hashPassword(password)
  return withUser(user.id, async (tx) => {
    await lockSessions(tx, user.id)
    const renewed = await renewSession(tx, scope, request)
    if (!renewed) return null
    await replacePassword(tx, user, { passwordHash, kind: 'user.password-changed', except: renewed, request, device })
    return { ok: true, value: renewed }
  })
}

/**
 * Judges a new password of somebody who is known: also by the names of their accounts, as when they registered.
 * @returns why it is refused, or undefined
 */
export async function findOwnWeakness({ id, email }: { id: string; email: string }, password: string): Promise<string | undefined> {
  const weakness = await findWeakness(password, { email })
  if (weakness) return weakness
  const memberships = await withUser(id, (tx) =>
    tx.membership.findMany({ where: { userId: id }, select: { account: { select: { name: true } } } }),
  )
  return memberships.map(({ account }) => contextualWeakness(password, { email, accountName: account.name })).find(Boolean)
}

/** As hashing sees them: see lib/password/password.ts. */
function isSame(one: string, other: string): boolean {
  return one.normalize('NFKC') === other.normalize('NFKC')
}

/**
 * Puts a new password in the place of the old one, through the person's door. Whoever knew the old one may be in already:
 * other sessions end, links that could set a password or another address are void, no other browser is known any more,
 * and the owner is told by mail (ASVS 6.3.7, 7.4.3).
 * @param kind how it came about: changed by someone signed in, or reset by a link from a mail
 * @param except the session that goes on, when it was changed from one
 * @param device the browser it came about in, which stays known, or whoever is being guessed at could set a password and not
 *   sign in with it
 */
export async function replacePassword(
  tx: Tx,
  user: { id: string; email: string },
  {
    passwordHash,
    kind,
    except,
    request,
    device,
  }: {
    passwordHash: string
    kind: 'user.password-changed' | 'user.password-reset'
    except?: SessionId
    request: RequestInfo
    device?: Device | undefined
  },
): Promise<void> {
  await tx.user.update({ where: { id: user.id }, data: { passwordHash }, select: { id: true } })
  await voidUserTokens(tx, user.id, ['password-reset', 'email-change'])
  await endSessionsOf(tx, user.id, { except, actorId: user.id, request })
  await forgetDevices(tx, user.id)
  if (device) await rememberDevice(tx, user.id, device, request)
  await recordEvent(tx, { kind, userId: user.id, actorId: user.id, request })
  await queueMail(tx, [{ to: user.email, template: 'password-changed', props: { url: `${env().APP_URL}/forgot-password` } }])
}
