import 'server-only'
import { createHash, randomBytes } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import { recordEvent } from '@/lib/audit/audit'
import type { Device } from '@/lib/http/device-id'
import type { RequestInfo } from '@/lib/http/request-info'
import { database, type Tx, withUser } from '@/lib/platform/db'
import { isDatabaseUnavailable } from '@/lib/platform/db-errors'
import { rememberDevice } from './devices'
import { SEEN_EVERY_MS, SESSION_LIFETIMES } from './schema'

const SESSION_ID_BYTES = 32

/** What a cookie carries, and what the row is found by. The id itself is stored nowhere (ASVS 7.2.3). */
export type SessionId = string

/** @returns the key of the session's row */
export function hashSessionId(id: SessionId): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(id).digest())
}

/** @returns an id that nobody can guess (ASVS 7.2.3) */
export function newSessionId(): SessionId {
  return randomBytes(SESSION_ID_BYTES).toString('base64url')
}

/**
 * Begins a session for a user who has just proven who they are, always under a new id.
 * @param remembered whether it outlives the browser's own session
 * @param device the browser that it begins in, which is known from then on; the owner is told of a new one by mail
 * @param passwordHash what the password was proven against, when one was
 * @returns the id, for the cookie
 * @throws StaleCredential when that is no longer what is stored
 */
export async function startSession(
  userId: string,
  {
    remembered,
    request,
    device,
    passwordHash,
  }: { remembered: boolean; request: RequestInfo; device?: Device; passwordHash?: string | null },
): Promise<SessionId> {
  const id = newSessionId()
  const { idleMs, absoluteMs } = lifetimes(remembered)
  await withUser(userId, async (tx) => {
    if (passwordHash !== undefined) await requireStill(tx, userId, passwordHash)
    await tx.$executeRaw`
      INSERT INTO sessions (id_hash, handle, user_id, remembered, idle_expires_at, expires_at, ip, user_agent)
      VALUES (${hashSessionId(id)}, ${uuidv7()}::uuid, ${userId}::uuid, ${remembered},
              now() + ${idleMs} * interval '1 ms', now() + ${absoluteMs} * interval '1 ms', ${request.ip}, ${request.userAgent})`
    await recordEvent(tx, { kind: 'session.started', userId, actorId: userId, details: { remembered }, request })
    if (device) await rememberDevice(tx, userId, device, request)
  })
  return id
}

/** The password was replaced while it was being proven, and with it every session ended: none is to begin after them. */
export class StaleCredential extends Error {
  override name = 'StaleCredential'
}

/** Shares the person's row: sign-ins do not wait for each other, and whoever replaces the password comes before or after. */
async function requireStill(tx: Tx, userId: string, passwordHash: string | null): Promise<void> {
  const [user] = await tx.$queryRaw<{ hash: string | null }[]>`
    SELECT password_hash AS hash FROM users WHERE id = ${userId}::uuid FOR SHARE`
  if (!user || user.hash !== passwordHash) throw new StaleCredential()
}

/**
 * Notes that a session is in use, which puts off its idle end, by the database's clock.
 * Runs after the response: a database that has gone meanwhile costs the note, not the page.
 */
export async function touchSession(id: SessionId, remembered: boolean): Promise<void> {
  try {
    await database().$executeRaw`
      UPDATE sessions SET last_seen_at = now(), idle_expires_at = now() + ${lifetimes(remembered).idleMs} * interval '1 ms'
      WHERE id_hash = ${hashSessionId(id)} AND last_seen_at < now() - ${SEEN_EVERY_MS} * interval '1 ms' AND idle_expires_at > now()`
  } catch (error) {
    if (!isDatabaseUnavailable(error)) throw error
  }
}

/** Ends a session: the row goes, and every cookie that carries its id is dead at the next request (ASVS 7.4.1). */
export async function endSession(id: SessionId, { userId, request }: { userId: string; request: RequestInfo }): Promise<void> {
  await withUser(userId, async (tx) => {
    const { count } = await tx.session.deleteMany({ where: { idHash: hashSessionId(id), userId } })
    if (count) await recordEvent(tx, { kind: 'session.ended', userId, actorId: userId, request })
  })
}

/**
 * Ends every session of a person, in the transaction of what ended them: a new password, say (ASVS 7.4.3).
 * @param except the one that goes on, such as that of whoever asks
 * @returns how many ended
 */
export async function endSessionsOf(
  tx: Tx,
  userId: string,
  { except, actorId, request }: { except?: SessionId | undefined; actorId: string | null; request: RequestInfo },
): Promise<number> {
  await lockSessions(tx, userId)
  const others = except === undefined ? {} : { idHash: { not: hashSessionId(except) } }
  const { count } = await tx.session.deleteMany({ where: { userId, ...others } })
  if (count) await recordEvent(tx, { kind: 'sessions.ended', userId, actorId, details: { count }, request })
  return count
}

/**
 * Lets nobody else end or renew several of a person's sessions until the transaction ends: two that end each other would
 * each wait for the other's row, and then both be gone.
 */
export async function lockSessions(tx: Tx, userId: string): Promise<void> {
  await tx.$queryRaw`SELECT id FROM users WHERE id = ${userId}::uuid FOR NO KEY UPDATE`
}

/** @returns how long such a session lives, in milliseconds */
export function lifetimes(remembered: boolean) {
  return remembered ? SESSION_LIFETIMES.remembered : SESSION_LIFETIMES.browser
}
