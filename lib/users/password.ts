import 'server-only'
import { recordEvent } from '@/lib/audit/audit'
import { forgetBrowsers } from '@/lib/factors/browsers'
import type { Device } from '@/lib/http/device-id'
import type { RequestInfo } from '@/lib/http/request-info'
import type { Message } from '@/lib/messages'
import { forbidden, invalid, type Outcome, ok } from '@/lib/outcome'
import { hashPassword } from '@/lib/password/password'
import type { PasswordContext } from '@/lib/password/strength'
import { findWeakness } from '@/lib/password/weakness'
import { type Tx, withUser } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { queueMail } from '@/lib/platform/mail/mail'
import type { UserScope } from '@/lib/scope'
import { originOf } from '@/lib/sessions/device-name'
import { forgetDevices, rememberDevice } from '@/lib/sessions/devices'
import { renewSession } from '@/lib/sessions/renewal'
import { endSessionsOf, lockSessions, type SessionId } from '@/lib/sessions/sessions'
import { voidUserTokens } from '@/lib/tokens/tokens'
import { verifyPassword } from './users'

/**
 * Changes the user's password. The session continues with a new id, and the others end. If two changes run at the same time,
 * one succeeds, and the other finds its session renewed or ended.
 * @param device the current browser, the only one that stays known
 * @returns the session's new id, for the cookie; `invalid` if the current password is wrong, or the new one is weak or
 *   unchanged; `forbidden` if the session has ended
 * @throws HashingBusy if the hashing queue is full
 */
export async function changePassword(
  scope: UserScope,
  { currentPassword, password }: { currentPassword: string; password: string },
  request: RequestInfo,
  device?: Device,
): Promise<Outcome<SessionId>> {
  const { user } = scope
  if (!(await verifyPassword(scope, currentPassword, request))) return invalid({ currentPassword: 'password-incorrect' })
  if (isSame(password, currentPassword)) return invalid({ password: 'password-unchanged' })
  const weakness = await findOwnWeakness(user, password)
  if (weakness) return invalid({ password: weakness })
  const passwordHash = await hashPassword(password, request)
  return withUser(user.id, async (tx) => {
    await lockSessions(tx, user.id)
    const renewed = await renewSession(tx, scope, { method: 'password' }, request)
    if (!renewed) return forbidden
    await replacePassword(tx, user, { passwordHash, kind: 'user.password-changed', except: renewed, request, device })
    return ok(renewed)
  })
}

/** Checks a user's new password. @returns why it is refused; undefined if it is accepted */
export async function findOwnWeakness(user: { id: string; email: string }, password: string): Promise<Message | undefined> {
  return findWeakness(password, await passwordContextOf(user))
}

/** Reads what a user's new password must not be easy to guess from: their email, their name, and the names of their accounts. */
export async function passwordContextOf({ id, email }: { id: string; email: string }): Promise<PasswordContext> {
  return withUser(id, async (tx) => {
    const user = await tx.user.findUnique({ where: { id }, select: { name: true } })
    const memberships = await tx.membership.findMany({ where: { userId: id }, select: { account: { select: { name: true } } } })
    return { email, name: user?.name ?? null, accountNames: memberships.map(({ account }) => account.name) }
  })
}

/** Compares passwords in the normalization form that lib/password/password.ts hashes. */
function isSame(one: string, other: string): boolean {
  return one.normalize('NFKC') === other.normalize('NFKC')
}

/**
 * Replaces the password, in the user's context. An attacker may have known the old one. So this ends other sessions, voids links
 * that set a password or an email, forgets known browsers, and notifies the user (ASVS 6.3.7, 7.4.3).
 * @param except the session that continues
 * @param device the current browser, which stays known; otherwise an attack on the user's sign-in could lock them out right
 *   after they set the password
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
  await voidUserTokens(tx, user.id, ['password-reset', 'email-change', 'sign-in'])
  await endSessionsOf(tx, user.id, { except, actorId: user.id, request })
  await forgetDevices(tx, user.id)
  await forgetBrowsers(tx, user.id)
  if (device) await rememberDevice(tx, user.id, device, request)
  await recordEvent(tx, { kind, userId: user.id, actorId: user.id, request })
  const props = { ...originOf(request), url: `${env().APP_URL}/forgot-password` }
  await queueMail(tx, [{ to: user.email, template: 'password-changed', props }])
}
