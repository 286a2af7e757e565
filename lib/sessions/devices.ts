import 'server-only'
import { createHash, randomBytes } from 'node:crypto'
import type { Client } from '@/lib/http/request-info'
import { database, type Tx } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { queueMail } from '@/lib/platform/mail/mail'
import { deviceName } from './device-name'

const DEVICE_ID_BYTES = 32
const DEVICE_ID = /^[A-Za-z0-9_-]{43}$/ // what 32 bytes are in base64url
const DEVICES_KEPT = 20
const NOBODY = '00000000-0000-0000-0000-000000000000'

/** The browser that a session begins in. */
export type Device = {
  /** what its cookie carries; only a hash of it is stored */
  id: string
  /** whether the owner is told when it is a new one: not when they have just registered in it */
  isTold: boolean
}

/** @returns the id that a browser's cookie carries, or a new one when it carries none that can be ours */
export function deviceIdOf(cookieValue: string | undefined): string {
  return cookieValue && DEVICE_ID.test(cookieValue) ? cookieValue : randomBytes(DEVICE_ID_BYTES).toString('base64url')
}

/**
 * Whether someone has signed in from this browser before. Asked before the password is judged, so it takes the same
 * statement for an address that nobody has: a cookie is no way to find out (ASVS 6.3.8).
 * @param userId null when there is no such person
 */
export async function isKnownDevice(userId: string | null, cookieValue: string | undefined): Promise<boolean> {
  if (!cookieValue || !DEVICE_ID.test(cookieValue)) return false
  const [{ known } = { known: false }] = await database().$queryRaw<{ known: boolean }[]>`
    SELECT EXISTS (SELECT FROM devices WHERE user_id = ${userId ?? NOBODY}::uuid AND id_hash = ${hashDeviceId(cookieValue)}) AS known`
  return known
}

/**
 * Notes that someone has signed in from this browser, in the transaction of the session that begins there, and tells them
 * by mail when it is a new one (ASVS 6.3.5). Of very many, those not seen for longest are forgotten.
 */
export async function rememberDevice(tx: Tx, userId: string, { id, isTold }: Device, client: Client): Promise<void> {
  const idHash = hashDeviceId(id)
  const [noted] = await tx.$queryRaw<{ isNew: boolean; at: Date; email: string }[]>`
    WITH noted AS (
      INSERT INTO devices (user_id, id_hash) VALUES (${userId}::uuid, ${idHash})
      ON CONFLICT (user_id, id_hash) DO UPDATE SET last_seen_at = now()
      RETURNING xmax = 0 AS is_new
    )
    SELECT is_new AS "isNew", now() AS at, email FROM noted, users WHERE users.id = ${userId}::uuid`
  if (!noted?.isNew) return
  await tx.$executeRaw`
    DELETE FROM devices WHERE user_id = ${userId}::uuid AND id_hash IN (
      SELECT id_hash FROM devices WHERE user_id = ${userId}::uuid AND id_hash <> ${idHash}
      ORDER BY last_seen_at DESC OFFSET ${DEVICES_KEPT - 1})`
  if (!isTold) return
  const props = {
    at: noted.at.toISOString(),
    device: deviceName(client.userAgent),
    address: client.ip,
    url: `${env().APP_URL}/private/settings/sessions`,
  }
  await queueMail(tx, [{ to: noted.email, template: 'new-device', props }])
}

/** Forgets every browser that someone has signed in from, in the transaction of what made them doubtful: another password. */
export async function forgetDevices(tx: Tx, userId: string): Promise<void> {
  await tx.device.deleteMany({ where: { userId } })
}

/** @returns what is stored of a browser's id */
export function hashDeviceId(id: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(id).digest())
}
