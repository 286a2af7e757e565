import 'server-only'
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import { type Device, isDeviceId } from '@/lib/http/device-id'
import { countAttempt } from '@/lib/http/limits/in-transaction'
import type { RequestInfo } from '@/lib/http/request-info'
import type { Tx } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { queueLimitedMail } from '@/lib/platform/mail/mail'
import { rows } from '@/lib/platform/rows'
import { originOf } from './device-name'

const MAX_DEVICES = 20

/**
 * Returns the condition that the user has signed in with this browser before, for the statement that reads their password.
 * @param userId an expression, null if the email is not registered
 * @param cookieValue of the device cookie
 */
export function isKnownDevice(userId: Prisma.Sql, cookieValue: string | undefined): Prisma.Sql {
  const idHash = cookieValue && isDeviceId(cookieValue) ? hashDeviceId(cookieValue) : null
  // Not EXISTS, for which PostgreSQL may read the whole table: it expects many rows of find_credential.
  return Prisma.sql`coalesce((SELECT true FROM devices WHERE user_id = ${userId} AND id_hash = ${idHash}::bytea), false)`
}

/** What {@link noteDevice} found: whether the browser is new to the user, when, and their email. */
export const notedRow = z.object({ isNew: z.boolean(), at: z.date(), email: z.string() })

/**
 * Returns CTEs that record that the user signed in from this browser. Beyond 20 browsers, they delete the least recently seen
 * ones. The CTE `noted` has one row, a {@link notedRow}.
 */
export function noteDevice(userId: string, device: Device | undefined): Prisma.Sql {
  const user = Prisma.sql`FROM users WHERE id = ${userId}::uuid`
  if (!device) return Prisma.sql`noted AS (SELECT false AS "isNew", now() AS at, email ${user})`
  const idHash = hashDeviceId(device.id)
  return Prisma.sql`
    device AS (
      INSERT INTO devices (user_id, id_hash) VALUES (${userId}::uuid, ${idHash})
      ON CONFLICT (user_id, id_hash) DO UPDATE SET last_seen_at = now()
      RETURNING xmax = 0 AS is_new
    ), forgotten AS (
      DELETE FROM devices WHERE user_id = ${userId}::uuid AND (SELECT is_new FROM device) AND id_hash IN (
        SELECT id_hash FROM devices WHERE user_id = ${userId}::uuid AND id_hash <> ${idHash}
        ORDER BY last_seen_at DESC OFFSET ${MAX_DEVICES - 1})
    ), noted AS (SELECT (SELECT is_new FROM device) AS "isNew", now() AS at, email ${user})`
}

/** Emails the user about a new browser (ASVS 6.3.5), in the transaction that noted it. */
export async function notifyOfDevice(tx: Tx, noted: z.output<typeof notedRow>, device: Device, request: RequestInfo): Promise<void> {
  if (!noted.isNew || !device.notifyIfNew) return
  const props = { ...originOf(request, noted.at), url: `${env().APP_URL}/private/settings/sessions` }
  const count = countAttempt('new-device-mail', { email: noted.email })
  await queueLimitedMail(tx, count, { to: noted.email, template: 'new-device', props })
}

/** Records that the user authenticated in this browser, as a sign-in does, and emails them if it is new. */
export async function rememberDevice(tx: Tx, userId: string, device: Device, request: RequestInfo): Promise<void> {
  const [noted] = await rows(tx, notedRow, Prisma.sql`WITH ${noteDevice(userId, device)} SELECT * FROM noted`)
  if (noted) await notifyOfDevice(tx, noted, device, request)
}

/** Deletes all known browsers of a user, in the transaction that replaces their password. */
export async function forgetDevices(tx: Tx, userId: string): Promise<void> {
  await tx.device.deleteMany({ where: { userId } })
}

/** Returns the hash of a browser's id, which is stored in place of the id. */
export function hashDeviceId(id: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(id).digest())
}
