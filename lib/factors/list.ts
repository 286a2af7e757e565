import 'server-only'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import type { Tx } from '@/lib/platform/db'
import { readForUser } from '@/lib/platform/read'
import { rows } from '@/lib/platform/rows'
import type { UserScope } from '@/lib/scope'
import { deviceName } from '@/lib/sessions/device-name'

const factorsRow = z.object({
  totp: z.object({ createdAt: z.coerce.date(), lastUsedAt: z.coerce.date().nullable() }).nullable(),
  passkeys: z.array(
    z.object({
      id: z.uuid(),
      credentialId: z.string(),
      name: z.string(),
      isBackedUp: z.boolean(),
      createdAt: z.coerce.date(),
      lastUsedAt: z.coerce.date().nullable(),
    }),
  ),
  recoveryCodes: z.number(),
  browsers: z.array(
    z.object({
      handle: z.uuid(),
      ip: z.string().nullable(),
      userAgent: z.string().nullable(),
      createdAt: z.coerce.date(),
      expiresAt: z.coerce.date(),
    }),
  ),
})

/** The second factors of a user, as they see them. */
export type Factors = {
  totp: { createdAt: Date; lastUsedAt: Date | null } | null
  /** the oldest first */
  passkeys: { id: string; credentialId: string; name: string; isBackedUp: boolean; createdAt: Date; lastUsedAt: Date | null }[]
  /** how many recovery codes are left */
  recoveryCodes: number
  browsers: { handle: string; device: string; ip: string | null; createdAt: Date; expiresAt: Date }[]
}

/** Reads the user's second factors and remembered browsers, in one statement and without any secret. */
export async function readFactors({ user }: { user: Pick<UserScope['user'], 'id'> }): Promise<Factors> {
  const [found] = await readForUser(
    user.id,
    factorsRow,
    Prisma.sql`
      SELECT (SELECT jsonb_build_object('createdAt', created_at, 'lastUsedAt', last_used_at) FROM totp_factors WHERE user_id = ${user.id}::uuid) AS totp,
             (SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'credentialId', credential_id, 'name', name, 'isBackedUp', is_backed_up,
                                                           'createdAt', created_at, 'lastUsedAt', last_used_at) ORDER BY created_at), '[]')
                FROM passkeys WHERE user_id = ${user.id}::uuid) AS passkeys,
             (SELECT count(*)::int FROM recovery_codes WHERE user_id = ${user.id}::uuid) AS "recoveryCodes",
             (SELECT coalesce(jsonb_agg(jsonb_build_object('handle', handle, 'ip', ip, 'userAgent', user_agent, 'createdAt', created_at,
                                                           'expiresAt', expires_at) ORDER BY created_at DESC), '[]')
                FROM remembered_browsers WHERE user_id = ${user.id}::uuid AND expires_at > now()) AS browsers`,
  )
  if (!found) throw new Error('A SELECT without FROM returns one row')
  const browsers = found.browsers.map(({ userAgent, ...browser }) => ({ ...browser, device: deviceName(userAgent) }))
  return { ...found, browsers }
}

/** Returns whether the user has a second factor. */
export async function hasFactor(tx: Tx, userId: string): Promise<boolean> {
  const [found] = await rows(
    tx,
    z.object({ found: z.boolean() }),
    Prisma.sql`
      SELECT EXISTS (SELECT FROM totp_factors WHERE user_id = ${userId}::uuid) OR EXISTS (SELECT FROM passkeys WHERE user_id = ${userId}::uuid) AS found`,
  )
  return found?.found ?? false
}

/**
 * Removes the second factors of a user, with their recovery codes and remembered browsers, in the transaction of the cause.
 * @param since only those that were added from then on, and all remembered browsers
 */
export async function removeFactors(tx: Tx, userId: string, { since = new Date(0) } = {}): Promise<void> {
  const added = { userId, createdAt: { gte: since } }
  await tx.totpFactor.deleteMany({ where: added })
  await tx.passkey.deleteMany({ where: added })
  await tx.recoveryCode.deleteMany({ where: added })
  await tx.totpEnrollment.deleteMany({ where: { userId } })
  await tx.recoveryCodeSheet.deleteMany({ where: { userId } })
  await tx.rememberedBrowser.deleteMany({ where: { userId } })
}
