import 'server-only'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import type { RequestInfo } from '@/lib/http/request-info'
import { conflict, invalid, type Outcome, ok } from '@/lib/outcome'
import { type Tx, withUser } from '@/lib/platform/db'
import { readForUser } from '@/lib/platform/read'
import { rows } from '@/lib/platform/rows'
import { recordProof } from '@/lib/proofs/proofs'
import type { UserScope } from '@/lib/scope'
import { hashSessionId } from '@/lib/sessions/sessions'
import { forgetBrowsers } from './browsers'
import { beginChange, reportChange } from './changes'
import { type Binding, decryptSecret, encryptSecret } from './keys'
import { hasFactor } from './list'
import { makeRecoveryCodes, removeRecoveryCodes } from './recovery-codes'
import { ENROLLMENT_LIFETIME_MS } from './schema'
import { findTotpStep, newTotpSecret } from './totp'

// A user's authenticator app. While it is being set up, its secret belongs to the session that started it: no other session can
// read it or finish.

const enrollmentOf = (userId: string): Binding => ({ purpose: 'totp-enrollment', userId })
const factorOf = (userId: string): Binding => ({ purpose: 'totp', userId })

/** Starts to set up an authenticator app, with a new secret. @returns `conflict` if the user has one */
export function startTotp(scope: UserScope): Promise<Outcome<null>> {
  const { id } = scope.user
  return withUser(id, async (tx) => {
    const change = await beginChange(tx, scope)
    if ('status' in change) return change
    if (await tx.totpFactor.findUnique({ where: { userId: id }, select: { userId: true } })) return conflict('totp-exists')
    const secret = encryptSecret(newTotpSecret(), enrollmentOf(id))
    await tx.$executeRaw`
      INSERT INTO totp_enrollments (user_id, session_handle, secret) VALUES (${id}::uuid, ${change.handle}::uuid, ${secret})
      ON CONFLICT (user_id, session_handle) DO UPDATE SET secret = excluded.secret, created_at = now()`
    return ok(null)
  })
}

/** Returns the secret that this session is setting up; null if there is none, or it took too long. */
export async function findEnrollment({ user, session }: UserScope): Promise<Buffer | null> {
  const [found] = await readForUser(user.id, z.object({ secret: z.string() }), enrollmentSql(user.id, session.id))
  return found ? decryptSecret(found.secret, enrollmentOf(user.id)).secret : null
}

function enrollmentSql(userId: string, sessionId: string): Prisma.Sql {
  return Prisma.sql`
    SELECT enrollment.secret, extract(epoch FROM now())::float8 AS seconds
      FROM totp_enrollments AS enrollment JOIN sessions AS session ON session.handle = enrollment.session_handle AND session.user_id = enrollment.user_id
     WHERE enrollment.user_id = ${userId}::uuid AND session.id_hash = ${hashSessionId(sessionId)}
       AND enrollment.created_at > now() - ${ENROLLMENT_LIFETIME_MS} * interval '1 ms'`
}

const secretRow = z.object({ secret: z.string(), seconds: z.number() })

/**
 * Finishes setting up an authenticator app with its first code. The session has then proved it; the user's other sessions must
 * prove it at their next request. A user without recovery codes gets some.
 * @returns whether new recovery codes were made; `invalid` if the code is wrong; `conflict` if the user already has an app, or
 *   setting this one up took too long
 */
export function confirmTotp(
  scope: UserScope,
  { code }: { code: string },
  request: RequestInfo,
): Promise<Outcome<{ hasNewCodes: boolean }>> {
  const { user, session } = scope
  return withUser(user.id, async (tx) => {
    const change = await beginChange(tx, scope)
    if ('status' in change) return change
    if (await tx.totpFactor.findUnique({ where: { userId: user.id }, select: { userId: true } })) return conflict('totp-exists')
    const [enrollment] = await rows(tx, secretRow, enrollmentSql(user.id, session.id))
    if (!enrollment) return conflict('totp-setup-expired')
    const { secret } = decryptSecret(enrollment.secret, enrollmentOf(user.id))
    const step = findTotpStep(secret, code, { epochSeconds: enrollment.seconds })
    if (step === null) return invalid({ code: 'code-incorrect' })
    await tx.totpFactor.createMany({ data: [{ userId: user.id, secret: encryptSecret(secret, factorOf(user.id)), lastStep: step }] })
    await tx.totpEnrollment.deleteMany({ where: { userId: user.id } })
    await recordProof(tx, hashSessionId(session.id), { method: 'totp' })
    await forgetBrowsers(tx, user.id)
    await reportChange(tx, scope, 'totp-added', request)
    const hasNewCodes = (await tx.recoveryCode.count({ where: { userId: user.id } })) === 0
    if (hasNewCodes) await makeRecoveryCodes(tx, user.id, change.handle)
    return ok({ hasNewCodes })
  })
}

/**
 * Removes the user's authenticator app. Proofs with it no longer count in other sessions. Without a factor, the recovery codes
 * end too.
 */
export function removeTotp(scope: UserScope, request: RequestInfo): Promise<Outcome<null>> {
  const { user, session } = scope
  return withUser(user.id, async (tx) => {
    const change = await beginChange(tx, scope)
    if ('status' in change) return change
    const { count } = await tx.totpFactor.deleteMany({ where: { userId: user.id } })
    if (!count) return conflict('totp-missing')
    await tx.sessionProof.deleteMany({
      where: { method: 'totp', session: { userId: user.id }, sessionHash: { not: hashSessionId(session.id) } },
    })
    if (!(await hasFactor(tx, user.id))) await removeRecoveryCodes(tx, user.id)
    await forgetBrowsers(tx, user.id)
    await reportChange(tx, scope, 'totp-removed', request)
    return ok(null)
  })
}

const factorRow = z.object({ secret: z.string(), seconds: z.number() })

/**
 * Uses a code of the user's authenticator app. One guarded statement claims its time step, so of parallel uses of one code,
 * one succeeds, and no earlier code works afterwards (RFC 6238, section 5.2; ASVS 6.5.1). A secret under an older FACTOR_KEY is
 * encrypted again.
 * @returns whether the code is right and was not used
 */
export async function spendTotpCode(tx: Tx, userId: string, code: string): Promise<boolean> {
  const [factor] = await rows(
    tx,
    factorRow,
    Prisma.sql`SELECT secret, extract(epoch FROM now())::float8 AS seconds FROM totp_factors WHERE user_id = ${userId}::uuid`,
  )
  if (!factor) return false
  const { secret, isOutdated } = decryptSecret(factor.secret, factorOf(userId))
  const step = findTotpStep(secret, code, { epochSeconds: factor.seconds })
  if (step === null) return false
  const stored = isOutdated ? encryptSecret(secret, factorOf(userId)) : factor.secret
  const claimed = await tx.$executeRaw`
    UPDATE totp_factors SET last_step = ${step}, last_used_at = now(), secret = ${stored}
     WHERE user_id = ${userId}::uuid AND last_step < ${step} AND secret = ${factor.secret}`
  return claimed === 1
}
