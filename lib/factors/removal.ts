import 'server-only'
import { z } from 'zod'
import { factorsRequiredBy, namesOf } from '@/lib/account-policies/requirements'
import { recordEvent } from '@/lib/audit/audit'
import { Prisma } from '@/lib/generated/prisma/client'
import { consumeLimit } from '@/lib/http/limits/limits'
import type { RequestInfo } from '@/lib/http/request-info'
import { message } from '@/lib/messages'
import { conflict, type Outcome, ok } from '@/lib/outcome'
import { type Tx, withUser } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { rows } from '@/lib/platform/rows'
import type { UserScope } from '@/lib/scope'
import { hashSessionId } from '@/lib/sessions/sessions'
import { forgetBrowsers } from './browsers'
import { beginChange, reportChange } from './changes'
import { hasFactor, kindsOfFactors } from './list'
import { removeRecoveryCodes } from './recovery-codes'
import type { FactorKind } from './schema'

// Renaming and removing a factor, which is the same for authenticator apps and passkeys.

const TABLES: Record<FactorKind, Prisma.Sql> = { totp: Prisma.sql`totp_factors`, passkey: Prisma.sql`passkeys` }

type Factor = { kind: FactorKind; id: string }

const nameRow = z.object({ name: z.string() })

/** Renames a factor. @returns `conflict` if the user has no such factor */
export function renameFactor(
  { user }: UserScope,
  { kind, id, name }: Factor & { name: string },
  request: RequestInfo,
): Promise<Outcome<null>> {
  return withUser(user.id, async (tx) => {
    const renamed = await tx.$executeRaw`UPDATE ${TABLES[kind]} SET name = ${name} WHERE user_id = ${user.id}::uuid AND id = ${id}::uuid`
    if (!renamed) return conflict('factor-missing')
    await recordEvent(tx, { kind: `user.${kind}-renamed`, userId: user.id, actorId: user.id, target: name, request })
    return ok(null)
  })
}

/**
 * Removes a factor. Proofs with its kind no longer count in other sessions. Without a factor, the recovery codes end too.
 * @returns its name; `conflict` if the user has no such factor, or it is their last way to sign in, or the last one that an
 *   account requires, which the message names
 */
export async function removeFactor(scope: UserScope, { kind, id }: Factor, request: RequestInfo): Promise<Outcome<{ name: string }>> {
  const { user, session } = scope
  await consumeLimit('factor-change', { userId: user.id })
  return withUser(user.id, async (tx) => {
    const change = await beginChange(tx, scope)
    if ('status' in change) return change
    const removal = Prisma.sql`DELETE FROM ${TABLES[kind]} WHERE user_id = ${user.id}::uuid AND id = ${id}::uuid`
    const [factor] = await rows(
      tx,
      nameRow,
      Prisma.sql`SELECT name FROM ${TABLES[kind]} WHERE user_id = ${user.id}::uuid AND id = ${id}::uuid`,
    )
    if (!factor) return conflict('factor-missing')
    const refusal = await refusalToRemove(tx, scope, { kind, id })
    if (refusal) return refusal
    await tx.$executeRaw(removal)
    await tx.sessionProof.deleteMany({
      where: { method: kind, session: { userId: user.id }, sessionHash: { not: hashSessionId(session.id) } },
    })
    if (!(await hasFactor(tx, user.id))) await removeRecoveryCodes(tx, user.id)
    await forgetBrowsers(tx, user.id)
    await reportChange(tx, scope, `${kind}-removed`, request, factor.name)
    return ok(factor)
  })
}

async function refusalToRemove(tx: Tx, scope: UserScope, { kind, id }: Factor) {
  const userId = scope.user.id
  const others = await rows(
    tx,
    z.object({ one: z.int() }),
    Prisma.sql`
    SELECT 1 AS one FROM ${TABLES[kind]} WHERE user_id = ${userId}::uuid AND id <> ${id}::uuid LIMIT 1`,
  )
  if (others.length) return null
  if (kind === 'passkey' && !(await hasOtherSignIn(tx, scope))) return conflict('last-way-to-sign-in')
  const { hasTotp, hasPasskey } = await kindsOfFactors(tx, userId)
  const left: FactorKind[] = [
    ...(hasTotp && kind !== 'totp' ? (['totp'] as const) : []),
    ...(hasPasskey && kind !== 'passkey' ? (['passkey'] as const) : []),
  ]
  const losing = (await factorsRequiredBy(tx, userId)).filter(
    ({ methods }) => methods.includes(kind) && !methods.some((method) => left.includes(method)),
  )
  return losing.length ? conflict(message('factor-required', namesOf(losing))) : null
}

/** Returns whether the user can sign in without a passkey: with a password, or a link to their confirmed email. */
async function hasOtherSignIn(tx: Tx, { user }: UserScope): Promise<boolean> {
  if (user.emailVerified && env().EMAIL_SIGN_IN === 'on') return true
  const [found] = await rows(tx, z.object({ isEmpty: z.boolean().nullable() }), Prisma.sql`SELECT lock_password_hash(NULL) AS "isEmpty"`)
  return found?.isEmpty === false
}
