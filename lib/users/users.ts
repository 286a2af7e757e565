import 'server-only'
import { z } from 'zod'
import { logUnknownSignIn, recordEvent } from '@/lib/audit/audit'
import { Prisma } from '@/lib/generated/prisma/client'
import { consumeLimit, refundLimit, resetLimit } from '@/lib/http/limits/limits'
import { beginSignIn } from '@/lib/http/limits/sign-in'
import type { RequestInfo } from '@/lib/http/request-info'
import { type Outcome, ok } from '@/lib/outcome'
import { comparePassword, hashPassword } from '@/lib/password/password'
import { HashingBusy } from '@/lib/password/pool'
import { database, type Tx, withUser } from '@/lib/platform/db'
import { readWithoutContext } from '@/lib/platform/read'
import type { UserScope } from '@/lib/scope'
import { isKnownDevice } from '@/lib/sessions/devices'
import { isPasswordHash, lockSessions } from '@/lib/sessions/sessions'

type Defer = (work: () => Promise<void>) => void

/**
 * Authenticates a user by email and password. It takes the same time for an unregistered email: `defer` records a failure
 * after the response (ASVS 6.3.8). A hash with an outdated cost or pepper is replaced.
 * @param device the value of the browser's device cookie, if it has one
 * @returns null if the email or password is wrong
 * @throws RateLimited after too many attempts; HashingBusy if the hashing queue is full
 */
export async function authenticate(
  { email, password }: { email: string; password: string },
  { request, device, defer }: { request: RequestInfo; device?: string | undefined; defer: Defer },
): Promise<Authenticated | null> {
  const { credential, isKnownDevice } = await findCredential(email, device)
  const attempt = await beginSignIn({ email, request, ...(isKnownDevice ? { device } : {}) })
  try {
    const authenticated = await checkPassword(credential, password, { request, defer })
    await (authenticated ? attempt.succeeded() : attempt.failed())
    return authenticated
  } catch (error) {
    if (error instanceof HashingBusy) await attempt.canceled()
    throw error
  }
}

/** An authenticated user, and the stored hash that their password matched. No session may start once that hash has changed. */
export type Authenticated = { userId: string; passwordHash: string | null }

const credentialRow = z.object({ id: z.uuid().nullable(), passwordHash: z.string().nullable(), isKnown: z.boolean() })
type Credential = { id: string; passwordHash: string | null }

/**
 * Reads a password hash, which only the function `find_credential` returns: the runtime role cannot select the column. In the
 * same statement, it reads whether the user has signed in from this browser before (ASVS 6.3.8).
 */
async function findCredential(email: string, device?: string): Promise<{ credential: Credential | null; isKnownDevice: boolean }> {
  const isStorable = !email.includes('\0') && email.isWellFormed() // PostgreSQL text can contain neither
  if (!isStorable) return { credential: null, isKnownDevice: false }
  const query = Prisma.sql`
    SELECT id, password_hash AS "passwordHash", ${isKnownDevice(Prisma.sql`id`, device)} AS "isKnown"
      FROM (SELECT) AS always LEFT JOIN find_credential(${email}) ON true`
  const [found] = await readWithoutContext(credentialRow, query)
  const { id = null, passwordHash = null, isKnown = false } = found ?? {}
  return { credential: id === null ? null : { id, passwordHash }, isKnownDevice: isKnown }
}

async function checkPassword(
  credential: Credential | null,
  password: string,
  { request, defer }: { request: RequestInfo; defer: Defer },
): Promise<Authenticated | null> {
  const { correct, outdated } = await comparePassword(password, credential?.passwordHash, request)
  if (!credential) {
    defer(async () => logUnknownSignIn(request))
    return null
  }
  const { id: userId, passwordHash } = credential
  if (!correct) {
    defer(() => withUser(userId, (tx) => recordEvent(tx, { kind: 'session.refused', userId, actorId: null, request })))
    return null
  }
  const rehashed = outdated ? await rehash(userId, passwordHash, password, request) : null
  return { userId, passwordHash: rehashed ?? passwordHash }
}

/**
 * Returns whether a signed-in user entered their own password correctly (ASVS 7.5.1). A wrong password is recorded in their
 * audit trail, as for a sign-in.
 * @throws RateLimited after too many wrong passwords; HashingBusy if the hashing queue is full
 */
export async function verifyPassword(scope: UserScope, password: string, request: RequestInfo): Promise<boolean> {
  const records: Promise<void>[] = []
  const defer = (work: () => Promise<void>) => void records.push(work()) // at once: the user is known, so timing reveals nothing
  await consumeLimit('proof', { sessionId: scope.session.id })
  try {
    const { credential } = await findCredential(scope.user.email)
    const isCorrect = (await checkPassword(credential, password, { request, defer }))?.userId === scope.user.id
    if (isCorrect) await resetLimit('proof', { sessionId: scope.session.id })
    await Promise.all(records)
    return isCorrect
  } catch (error) {
    if (error instanceof HashingBusy) await refundLimit('proof', { sessionId: scope.session.id })
    throw error
  }
}

/**
 * Replaces an outdated hash after a successful sign-in. If the hashing queue is full, the next sign-in does it instead.
 * @returns the new hash; null if it was not replaced
 */
async function rehash(userId: string, old: string | null, password: string, request: RequestInfo): Promise<string | null> {
  try {
    const passwordHash = await hashPassword(password, request)
    return await withUser(userId, async (tx) => {
      // Replace only the hash that was read: the password may have changed since.
      await lockSessions(tx, userId)
      if (!(await isPasswordHash(tx, old))) return null
      await tx.user.update({ where: { id: userId }, data: { passwordHash }, select: { id: true } })
      await recordEvent(tx, { kind: 'user.password-rehashed', userId, actorId: userId, request })
      return passwordHash
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

/** Returns whether a user has registered with this email. */
export async function isRegistered(email: string): Promise<boolean> {
  return (await database().user.count({ where: { email } })) > 0
}

/** Returns whether no user can register with this email: another has it, or may still undo a change away from it. */
export async function isEmailTaken(email: string): Promise<boolean> {
  const [found] = await readWithoutContext(
    z.object({ taken: z.boolean() }),
    Prisma.sql`
    SELECT EXISTS (SELECT FROM users WHERE email = ${email})
        OR EXISTS (SELECT FROM tokens WHERE purpose = 'email-change-undo' AND email = ${email} AND expires_at > now()) AS taken`,
  )
  return found?.taken ?? false
}

/** Marks the user's email as verified, in the transaction of what proved it. An earlier verification keeps its time. */
export async function markEmailVerified(tx: Tx, userId: string): Promise<void> {
  await tx.$executeRaw`UPDATE users SET email_verified_at = now() WHERE id = ${userId}::uuid AND email_verified_at IS NULL`
}
