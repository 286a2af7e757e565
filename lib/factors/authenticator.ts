import 'server-only'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import { consumeLimit } from '@/lib/http/limits/limits'
import type { RequestInfo } from '@/lib/http/request-info'
import { message } from '@/lib/messages'
import { conflict, invalid, type Outcome, ok } from '@/lib/outcome'
import { type Tx, withUser } from '@/lib/platform/db'
import { readForUser } from '@/lib/platform/read'
import { rows } from '@/lib/platform/rows'
import type { UserScope } from '@/lib/scope'
import { hashSessionId } from '@/lib/sessions/sessions'
import { finishAdding } from './adding'
import { beginChange } from './changes'
import { type Binding, decryptSecret, encryptSecret } from './keys'
import { ENROLLMENT_LIFETIME_MS, TOTP_MAX } from './schema'
import { findTotpStep, newTotpSecret } from './totp'

// A user's authenticator apps. While an app is being set up, its secret belongs to the session that started: no other session
// can read it or finish.

const enrollmentOf = (userId: string): Binding => ({ purpose: 'totp-enrollment', userId })
const factorOf = (userId: string): Binding => ({ purpose: 'totp', userId })

/** Starts the setup of an authenticator app, with a new secret. @returns `conflict` if the user has as many as they can */
export async function startTotp(scope: UserScope): Promise<Outcome<null>> {
  const { id } = scope.user
  await consumeLimit('factor-change', { userId: id })
  return withUser(id, async (tx) => {
    const change = await beginChange(tx, scope)
    if ('status' in change) return change
    if ((await tx.totpFactor.count({ where: { userId: id } })) >= TOTP_MAX) return conflict(message('totp-full', { max: TOTP_MAX }))
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
 * Finishes the setup of an authenticator app with its first code.
 * @returns whether new recovery codes were generated; `invalid` if the code is wrong; `conflict` if the user has as many apps as
 *   they can, or setting this one up took too long
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
    const count = await tx.totpFactor.count({ where: { userId: user.id } })
    if (count >= TOTP_MAX) return conflict(message('totp-full', { max: TOTP_MAX }))
    const [enrollment] = await rows(tx, secretRow, enrollmentSql(user.id, session.id))
    if (!enrollment) return conflict('totp-setup-expired')
    const { secret } = decryptSecret(enrollment.secret, enrollmentOf(user.id))
    const step = findTotpStep(secret, code, { epochSeconds: enrollment.seconds })
    if (step === null) return invalid({ code: 'code-incorrect' })
    const name = count ? `Authenticator app ${count + 1}` : 'Authenticator app'
    const stored = { userId: user.id, id: uuidv7(), name, secret: encryptSecret(secret, factorOf(user.id)), lastStep: step }
    await tx.totpFactor.createMany({ data: [stored] })
    await tx.totpEnrollment.deleteMany({ where: { userId: user.id } })
    return ok(await finishAdding(tx, scope, { ...change, proof: { method: 'totp' }, change: 'totp-added', request, name }))
  })
}

const factorRow = z.object({ id: z.uuid(), secret: z.string(), seconds: z.number() })

/**
 * Uses a code from one of the user's authenticator apps. One guarded statement claims its time step, so only one of several
 * parallel uses succeeds, and no earlier code works afterward (RFC 6238, section 5.2; ASVS 6.5.1). A secret under an older
 * FACTOR_KEY is encrypted again.
 * @returns whether the code is correct and was not used before
 */
export async function spendTotpCode(tx: Tx, userId: string, code: string): Promise<boolean> {
  const factors = await rows(
    tx,
    factorRow,
    Prisma.sql`
      SELECT id, secret, extract(epoch FROM now())::float8 AS seconds FROM totp_factors WHERE user_id = ${userId}::uuid ORDER BY id`,
  )
  for (const factor of factors) {
    if (await claimStep(tx, userId, code, factor)) return true
  }
  return false
}

async function claimStep(tx: Tx, userId: string, code: string, factor: z.output<typeof factorRow>): Promise<boolean> {
  const { secret, isOutdated } = decryptSecret(factor.secret, factorOf(userId))
  const step = findTotpStep(secret, code, { epochSeconds: factor.seconds })
  if (step === null) return false
  const stored = isOutdated ? encryptSecret(secret, factorOf(userId)) : factor.secret
  const claimed = await tx.$executeRaw`
    UPDATE totp_factors SET last_step = ${step}, last_used_at = now(), secret = ${stored}
     WHERE user_id = ${userId}::uuid AND id = ${factor.id}::uuid AND last_step < ${step} AND secret = ${factor.secret}`
  return claimed === 1
}
