import 'server-only'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { recordEvent } from '@/lib/audit/audit'
import { Prisma } from '@/lib/generated/prisma/client'
import { deviceIdFrom } from '@/lib/http/device-id'
import type { RequestInfo } from '@/lib/http/request-info'
import { conflict, type Outcome, ok } from '@/lib/outcome'
import { type Tx, withUser } from '@/lib/platform/db'
import { rows } from '@/lib/platform/rows'
import type { UserScope } from '@/lib/scope'
import { deviceName } from '@/lib/sessions/device-name'
import { hashDeviceId } from '@/lib/sessions/devices'
import { REMEMBERED_BROWSER_MS } from './schema'

// Browsers in which a user is not asked for a second factor. Their cookie holds a separate secret, created after the
// factor was verified, so a value that an attacker planted before is never remembered.

const MAX_BROWSERS = 20

/** Remembers this browser for 30 days, in the transaction that verified a second factor. @returns the secret for its cookie */
export async function rememberBrowser(tx: Tx, userId: string, request: RequestInfo): Promise<string> {
  const id = deviceIdFrom(undefined)
  await tx.$executeRaw`
    DELETE FROM remembered_browsers WHERE user_id = ${userId}::uuid AND (expires_at <= now() OR handle IN (
      SELECT handle FROM remembered_browsers WHERE user_id = ${userId}::uuid ORDER BY created_at DESC OFFSET ${MAX_BROWSERS - 1}))`
  await tx.$executeRaw`
    INSERT INTO remembered_browsers (user_id, id_hash, handle, ip, user_agent, expires_at)
    VALUES (${userId}::uuid, ${hashDeviceId(id)}, ${uuidv7()}::uuid, ${request.ip}, ${request.userAgent}, now() + ${REMEMBERED_BROWSER_MS} * interval '1 ms')`
  await recordEvent(tx, { kind: 'user.browser-remembered', userId, actorId: userId, target: deviceName(request.userAgent), request })
  return id
}

/** Returns whether this browser is remembered. @param id the secret in its cookie, if it has one */
export async function isRememberedBrowser(tx: Tx, userId: string, id: string | undefined): Promise<boolean> {
  if (id === undefined) return false
  const found = await rows(
    tx,
    z.object({ one: z.int() }),
    Prisma.sql`
      SELECT 1 AS one FROM remembered_browsers
       WHERE user_id = ${userId}::uuid AND id_hash = ${hashDeviceId(id)} AND expires_at > now()`,
  )
  return found.length > 0
}

/** Forgets all remembered browsers of a user, in the transaction that changes their password or factors. */
export async function forgetBrowsers(tx: Tx, userId: string): Promise<void> {
  await tx.rememberedBrowser.deleteMany({ where: { userId } })
}

/** Stops remembering one browser. Its sessions that have not verified a factor themselves must do so at their next request. */
export function forgetBrowser({ user }: UserScope, handle: string, request: RequestInfo): Promise<Outcome<{ device: string }>> {
  return withUser(user.id, async (tx) => {
    const [forgotten] = await rows(
      tx,
      z.object({ userAgent: z.string().nullable() }),
      Prisma.sql`
        DELETE FROM remembered_browsers WHERE user_id = ${user.id}::uuid AND handle = ${handle}::uuid RETURNING user_agent AS "userAgent"`,
    )
    if (!forgotten) return conflict('browser-not-remembered')
    const device = deviceName(forgotten.userAgent)
    await recordEvent(tx, { kind: 'user.browser-forgotten', userId: user.id, actorId: user.id, target: device, request })
    return ok({ device })
  })
}
