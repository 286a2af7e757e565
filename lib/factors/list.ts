import 'server-only'
import { z } from 'zod'
import { type Requirement, requirementRow, selectRequirements } from '@/lib/account-policies/requirements'
import { Prisma } from '@/lib/generated/prisma/client'
import type { Tx } from '@/lib/platform/db'
import { readForUser } from '@/lib/platform/read'
import { rows } from '@/lib/platform/rows'
import type { UserScope } from '@/lib/scope'

const factorRow = z.object({ id: z.uuid(), name: z.string(), createdAt: z.coerce.date(), lastUsedAt: z.coerce.date().nullable() })

const factorsRow = z.object({
  totp: z.array(factorRow),
  passkeys: z.array(factorRow.extend({ credentialId: z.string(), isBackedUp: z.boolean() })),
  recoveryCodes: z.number(),
  browsers: z.number(),
  requirements: z.array(requirementRow),
  isReset: z.boolean(),
})

/** A second factor, as its user sees it. */
export type FactorView = z.output<typeof factorRow>

/** The second factors of a user, as they see them. */
export type Factors = {
  /** authenticator apps, oldest first */
  totp: FactorView[]
  /** oldest first */
  passkeys: (FactorView & { credentialId: string; isBackedUp: boolean })[]
  /** how many recovery codes are left */
  recoveryCodes: number
  /** how many browsers are remembered, which are listed with the sessions */
  browsers: number
  /** the accounts that require a second factor of the user */
  requirements: Requirement[]
  /** whether the operator removed the user's factors, and they have not added one since */
  isReset: boolean
}

/** Reads the user's second factors, and which accounts require what, in one statement and without any secret. */
export async function readFactors({ user }: { user: Pick<UserScope['user'], 'id'> }): Promise<Factors> {
  const [found] = await readForUser(
    user.id,
    factorsRow,
    Prisma.sql`
      SELECT (SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'name', name, 'createdAt', created_at, 'lastUsedAt', last_used_at) ORDER BY created_at, id), '[]')
                FROM totp_factors WHERE user_id = ${user.id}::uuid) AS totp,
             (SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'credentialId', credential_id, 'name', name, 'isBackedUp', is_backed_up,
                                                           'createdAt', created_at, 'lastUsedAt', last_used_at) ORDER BY created_at, id), '[]')
                FROM passkeys WHERE user_id = ${user.id}::uuid) AS passkeys,
             (SELECT count(*)::int FROM recovery_codes WHERE user_id = ${user.id}::uuid) AS "recoveryCodes",
             (SELECT count(*)::int FROM remembered_browsers WHERE user_id = ${user.id}::uuid AND expires_at > now()) AS browsers,
             (SELECT coalesce(jsonb_agg(requirement), '[]') FROM (${selectRequirements(user.id)}) AS requirement) AS requirements,
             EXISTS (SELECT FROM factor_resets WHERE user_id = ${user.id}::uuid) AS "isReset"`,
  )
  if (!found) throw new Error('A SELECT without FROM returns one row')
  return found
}

const kindsRow = z.object({ hasTotp: z.boolean(), hasPasskey: z.boolean() })

/** Returns which kinds of second factors the user has. */
export async function kindsOfFactors(tx: Tx, userId: string): Promise<z.output<typeof kindsRow>> {
  const [found] = await rows(
    tx,
    kindsRow,
    Prisma.sql`
      SELECT EXISTS (SELECT FROM totp_factors WHERE user_id = ${userId}::uuid) AS "hasTotp",
             EXISTS (SELECT FROM passkeys WHERE user_id = ${userId}::uuid) AS "hasPasskey"`,
  )
  return found ?? { hasTotp: false, hasPasskey: false }
}

/** Returns whether the user has a second factor. */
export async function hasFactor(tx: Tx, userId: string): Promise<boolean> {
  const { hasTotp, hasPasskey } = await kindsOfFactors(tx, userId)
  return hasTotp || hasPasskey
}

/**
 * Removes the second factors of a user, with their recovery codes and remembered browsers, in the caller's transaction.
 * @param since only those added after this time, and all remembered browsers
 */
export async function removeFactors(tx: Tx, userId: string, { since = new Date(0) } = {}): Promise<void> {
  const added = { userId, createdAt: { gte: since } }
  await tx.totpFactor.deleteMany({ where: added })
  await tx.passkey.deleteMany({ where: added })
  await tx.recoveryCode.deleteMany({ where: added })
  await tx.totpEnrollment.deleteMany({ where: { userId } })
  await tx.recoveryCodeSheet.deleteMany({ where: { userId } })
  await tx.rememberedBrowser.deleteMany({ where: { userId } })
  await tx.factorReset.deleteMany({ where: { userId } })
}
