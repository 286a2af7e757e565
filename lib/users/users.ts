import 'server-only'
import { logStranger, recordEvent } from '@/lib/audit/audit'
import { consumeLimit, refundLimit, resetLimit } from '@/lib/http/limits/limits'
import { beginSignIn } from '@/lib/http/limits/sign-in'
import type { RequestInfo } from '@/lib/http/request-info'
import { type Outcome, ok } from '@/lib/outcome'
import { comparePassword, hashPassword } from '@/lib/password/password'
import { HashingBusy } from '@/lib/password/pool'
import { database, type Tx, withUser } from '@/lib/platform/db'
import type { UserScope } from '@/lib/scope'
import { isKnownDevice } from '@/lib/sessions/devices'

type Defer = (work: () => Promise<void>) => void

/**
 * Finds the user whom an email and a password prove. Takes as long for an address that nobody has: what is written
 * about a failure, which only a known address has, is handed to `defer`, to be done when the answer is out.
 * What is stored of the password is made anew when its scheme, cost or key is no longer the current one.
 * @param device what the browser's cookie says that it is, if anything
 * @returns whom it proves, or null when the proof fails, for whatever reason
 * @throws RateLimited when it was tried too often; HashingBusy when too many are signing in
 */
export async function authenticate(
  { email, password }: { email: string; password: string },
  { request, device, defer }: { request: RequestInfo; device?: string | undefined; defer: Defer },
): Promise<Proven | null> {
  const user = await findSecret(email)
  const isKnown = await isKnownDevice(user?.id ?? null, device)
  const tried = await beginSignIn({ email, request, ...(isKnown ? { device } : {}) })
  try {
    const proven = await prove(user, password, { request, defer })
    await (proven ? tried.succeeded() : tried.failed())
    return proven
  } catch (error) {
    if (error instanceof HashingBusy) await tried.canceled()
    throw error
  }
}

/** Whom a password has proven, and what it was proven against: a session that begins when that has changed is begun too late. */
export type Proven = { userId: string; passwordHash: string | null }

type Secret = { id: string; passwordHash: string | null }

async function findSecret(email: string): Promise<Secret | null> {
  const isStorable = !email.includes('\0') && email.isWellFormed() // PostgreSQL takes neither in a text
  return isStorable ? database().user.findUnique({ where: { email }, select: { id: true, passwordHash: true } }) : null
}

async function prove(
  user: Secret | null,
  password: string,
  { request, defer }: { request: RequestInfo; defer: Defer },
): Promise<Proven | null> {
  const { correct, outdated } = await comparePassword(password, user?.passwordHash)
  if (!user) {
    defer(async () => logStranger(request))
    return null
  }
  if (!correct) {
    defer(() => withUser(user.id, (tx) => recordEvent(tx, { kind: 'session.refused', userId: user.id, actorId: null, request })))
    return null
  }
  const renewed = outdated ? await rehash(user.id, user.passwordHash, password, request) : null
  return { userId: user.id, passwordHash: renewed ?? user.passwordHash }
}

/**
 * Whether someone who is signed in gives their own password once more (ASVS 7.5.1). A failure stands in their trail as
 * that of a sign-in does.
 * @throws RateLimited when it was wrong too often; HashingBusy when too many are signing in
 */
export async function verifyPassword(scope: UserScope, password: string, request: RequestInfo): Promise<boolean> {
  const notes: Promise<void>[] = []
  const defer = (work: () => Promise<void>) => void notes.push(work()) // nothing to hide from oneself: it need not wait
  await consumeLimit('proof', { sessionId: scope.session.id })
  try {
    const user = await findSecret(scope.user.email)
    const isProven = (await prove(user, password, { request, defer }))?.userId === scope.user.id
    if (isProven) await resetLimit('proof', { sessionId: scope.session.id })
    await Promise.all(notes)
    return isProven
  } catch (error) {
    if (error instanceof HashingBusy) await refundLimit('proof', { sessionId: scope.session.id })
    throw error
  }
}

/** Sign-in has succeeded: a full queue puts the renewal off to the next time instead of failing it. @returns what is stored by then, if it is new */
async function rehash(userId: string, old: string | null, password: string, request: RequestInfo): Promise<string | null> {
  try {
    const passwordHash = await hashPassword(password)
    return await withUser(userId, async (tx) => {
      // only over the old one: the password may have been changed since it was read
      const { count } = await tx.user.updateMany({ where: { id: userId, passwordHash: old }, data: { passwordHash } })
      if (count) await recordEvent(tx, { kind: 'user.password-rehashed', userId, actorId: userId, request })
      return count ? passwordHash : null
    })
  } catch (error) {
    if (!(error instanceof HashingBusy)) throw error
    return null
  }
}

/** Changes the user's own profile. An empty name removes it. */
export function updateProfile(scope: UserScope, { name }: { name: string }, request: RequestInfo): Promise<Outcome<null>> {
  return withUser(scope.user.id, async (tx) => {
    await tx.user.update({ where: { id: scope.user.id }, data: { name: name || null }, select: { id: true } })
    await recordEvent(tx, { kind: 'user.profile-changed', userId: scope.user.id, actorId: scope.user.id, request })
    return ok(null)
  })
}

/** Whether somebody has registered with this address. */
export async function isRegistered(email: string): Promise<boolean> {
  return (await database().user.count({ where: { email } })) > 0
}

/** Notes that a person has shown that they read the mail of their address, in the transaction of what they showed it for. */
export async function markEmailVerified(tx: Tx, userId: string): Promise<void> {
  await tx.$executeRaw`UPDATE users SET email_verified_at = now() WHERE id = ${userId}::uuid AND email_verified_at IS NULL`
}
