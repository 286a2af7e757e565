import 'server-only'
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { Prisma } from '@/lib/generated/prisma/client'
import { type Device, isDeviceId } from '@/lib/http/device-id'
import { countInTransaction } from '@/lib/http/limits/in-transaction'
import type { RequestInfo } from '@/lib/http/request-info'
import type { Tx } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { queueMail } from '@/lib/platform/mail/mail'
import { readWithoutContext } from '@/lib/platform/read'
import { rows } from '@/lib/platform/rows'
import { originOf } from './device-name'

const MAX_DEVICES = 20
const NO_USER = '00000000-0000-0000-0000-000000000000'

/**
 * Returns whether the user has signed in from this browser before. It is called before the password is checked, and runs the
 * same statement for an unregistered email, so that its timing reveals nothing (ASVS 6.3.8).
 * @param userId null if the email is not registered
 */
export async function isKnownDevice(userId: string | null, cookieValue: string | undefined): Promise<boolean> {
  if (!cookieValue || !isDeviceId(cookieValue)) return false
  const [{ known } = { known: false }] = await readWithoutContext(
    z.object({ known: z.boolean() }),
    Prisma.sql`
    SELECT EXISTS (SELECT FROM devices WHERE user_id = ${userId ?? NO_USER}::uuid AND id_hash = ${hashDeviceId(cookieValue)}) AS known`,
  )
  return known
}

const notedRow = z.object({ isNew: z.boolean(), at: z.date(), email: z.string() })

/**
 * Records that the user signed in from this browser, in the transaction that starts the session, and emails them if it is
 * new (ASVS 6.3.5). Beyond 20 browsers, it deletes those that were not seen for the longest time.
 */
export async function rememberDevice(tx: Tx, userId: string, { id, notifyIfNew }: Device, request: RequestInfo): Promise<void> {
  const idHash = hashDeviceId(id)
  const [noted] = await rows(
    tx,
    notedRow,
    Prisma.sql`
    WITH noted AS (
      INSERT INTO devices (user_id, id_hash) VALUES (${userId}::uuid, ${idHash})
      ON CONFLICT (user_id, id_hash) DO UPDATE SET last_seen_at = now()
      RETURNING xmax = 0 AS is_new
    )
    SELECT is_new AS "isNew", now() AS at, email FROM noted, users WHERE users.id = ${userId}::uuid`,
  )
  if (!noted?.isNew) return
  await tx.$executeRaw`
    DELETE FROM devices WHERE user_id = ${userId}::uuid AND id_hash IN (
      SELECT id_hash FROM devices WHERE user_id = ${userId}::uuid AND id_hash <> ${idHash}
      ORDER BY last_seen_at DESC OFFSET ${MAX_DEVICES - 1})`
  if (!notifyIfNew || (await countInTransaction(tx, 'new-device-mail', [{ email: noted.email }])).exceeded.length) return
  const props = { ...originOf(request, noted.at), url: `${env().APP_URL}/private/settings/sessions` }
  await queueMail(tx, [{ to: noted.email, template: 'new-device', props }])
}

/** Deletes all known browsers of a user, in the transaction that replaces their password. */
export async function forgetDevices(tx: Tx, userId: string): Promise<void> {
  await tx.device.deleteMany({ where: { userId } })
}

/** Returns the hash of a browser's id, which is stored in place of the id. */
export function hashDeviceId(id: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(id).digest())
}
