import 'server-only'
import { createHash, randomBytes } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { insertEvents, recordEvent } from '@/lib/audit/audit'
import { Prisma } from '@/lib/generated/prisma/client'
import type { Device } from '@/lib/http/device-id'
import type { RequestInfo } from '@/lib/http/request-info'
import { database, type Tx, withUser } from '@/lib/platform/db'
import { isDatabaseUnavailable } from '@/lib/platform/db-errors'
import { rows } from '@/lib/platform/rows'
import { insertProof } from '@/lib/proofs/proofs'
import type { NewProof } from '@/lib/proofs/schema'
import { SESSIONS_MAX } from '@/lib/quotas'
import { hashDeviceId, noteDevice, notedRow, notifyOfDevice } from './devices'
import { SESSION_LIFETIMES, TOUCH_INTERVAL_MS } from './lifetimes'

const SESSION_ID_BYTES = 32

/** The secret id in a session's cookie. The database stores only its hash (ASVS 7.2.3). */
export type SessionId = string

/** Returns the key of a session's row. */
export function hashSessionId(id: SessionId): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(id).digest())
}

/** Returns a new id of 256 random bits (ASVS 7.2.3). */
export function newSessionId(): SessionId {
  return randomBytes(SESSION_ID_BYTES).toString('base64url')
}

/**
 * Starts a session for a user who has just authenticated, always with a new id. Beyond the quota, it ends the oldest ones.
 * @param remembered whether the session persists when the browser closes
 * @param device the browser of the session, which becomes a known one
 * @param isFirst whether the user has just registered, so that no parallel sign-in has to be waited for
 * @param passwordHash the stored hash that the password was compared with, if it was
 * @param consumeLink consumes the emailed link that authenticated the user, if one did, in the transaction of the session. Such
 *   a session has no recent authentication: a code of six digits must not be enough to change the email or export an account
 * @param proof how the user authenticated: by default `email` if there is a link, else `password`
 * @returns the session's id, for the cookie
 * @throws StaleCredential if the stored hash has changed since, the link was used or voided, or the user is suspended
 */
export async function startSession(
  userId: string,
  {
    passwordHash,
    consumeLink,
    proof = { method: consumeLink ? 'email' : 'password' },
    isFirst = false,
    ...session
  }: Omit<NewSession, 'proof'> & Credential & { isFirst?: boolean },
): Promise<SessionId> {
  const id = newSessionId()
  const { request, device } = session
  await withUser(userId, async (tx) => {
    if (!isFirst && !(await lockSignIns(tx, userId, passwordHash))) throw new StaleCredential()
    if (consumeLink && !(await consumeLink(tx))) throw new StaleCredential()
    const [started] = await rows(tx, startedRow, startSql(tx, userId, id, { ...session, proof }))
    if (!started) throw new StaleCredential()
    const { ended } = started
    if (ended) await recordEvent(tx, { kind: 'sessions.ended', userId, actorId: userId, details: { count: ended }, request })
    if (device) await notifyOfDevice(tx, started, device, request)
  })
  return id
}

type NewSession = {
  remembered: boolean
  request: RequestInfo
  device?: Device
  /** the value of the cookie of a remembered browser, unvalidated; its second factor counts while the browser is remembered */
  browser?: string | undefined
  proof: NewProof
}

const startedRow = notedRow.extend({ ended: z.int() })

/**
 * Waits for parallel sign-ins of the user, so that each counts the others' sessions.
 * @returns the result of {@link isPasswordHash} if there is a hash, else true; false for a suspended user
 */
async function lockSignIns(tx: Tx, userId: string, passwordHash: string | null | undefined): Promise<boolean> {
  const matches = passwordHash === undefined ? Prisma.sql`true` : Prisma.sql`lock_password_hash(${passwordHash})`
  const lock = Prisma.sql`pg_advisory_xact_lock(hashtextextended(${`sessions ${userId}`}, 0))`
  const [found] = await rows(
    tx,
    matchRow,
    Prisma.sql`
    SELECT ${matches} AND NOT EXISTS (SELECT FROM users WHERE id = ${userId}::uuid AND suspended_at IS NOT NULL) AS matches FROM ${lock}`,
  )
  return found?.matches ?? false
}

const matchRow = z.object({ matches: z.boolean().nullable() })

/**
 * One statement, which sees only the sessions before it: stores the session with its proof and event, ends the oldest, and notes
 * the device. If the operator has removed the user's second factors, this is the one session that needs none.
 */
function startSql(tx: Tx, userId: string, id: SessionId, { remembered, request, device, browser, proof }: NewSession) {
  const { idleMs, absoluteMs } = lifetimes(remembered)
  const handle = uuidv7()
  const details = { remembered, ...(proof.method === 'password' ? {} : { by: proof.method }) }
  return Prisma.sql`
    WITH started AS (
      INSERT INTO sessions (id_hash, handle, user_id, remembered, browser_hash, idle_expires_at, expires_at, ip, user_agent)
      VALUES (${hashSessionId(id)}, ${handle}::uuid, ${userId}::uuid, ${remembered}, ${browser === undefined ? null : hashDeviceId(browser)}::bytea,
              now() + ${idleMs} * interval '1 ms', now() + ${absoluteMs} * interval '1 ms', ${request.ip}, ${request.userAgent})
    ), stored_proof AS (${insertProof(hashSessionId(id), proof)}), allowed AS (
      UPDATE factor_resets SET session_handle = ${handle}::uuid WHERE user_id = ${userId}::uuid AND session_handle IS NULL
    ), ended AS (
      DELETE FROM sessions WHERE id_hash IN (
        SELECT id_hash FROM sessions WHERE user_id = ${userId}::uuid AND idle_expires_at > now() AND expires_at > now()
        ORDER BY created_at DESC, handle DESC OFFSET ${SESSIONS_MAX - 1})
      RETURNING id_hash
    ), recorded AS (${insertEvents(tx, [{ kind: 'session.started', userId, actorId: userId, details, request }])}),
    ${noteDevice(userId, device)}
    SELECT "isNew", at, email, (SELECT count(*)::int FROM ended) AS ended FROM noted`
}

/** What authenticated the user. It is checked again in the transaction that starts the session. */
export type Credential = {
  passwordHash?: string | null | undefined
  consumeLink?: ((tx: Tx) => Promise<boolean>) | undefined
  proof?: NewProof | undefined
}

/**
 * The password was replaced while it was being checked, or the emailed link was used or voided. Replacing the password ended
 * all sessions, so no new one may start.
 */
export class StaleCredential extends Error {
  override name = 'StaleCredential'
}

/**
 * Returns whether this is the stored hash of the user in the tenant context, and locks it until the transaction ends:
 * parallel sign-ins do not wait for each other, but a change of password waits for them.
 */
export async function isPasswordHash(tx: Tx, passwordHash: string | null): Promise<boolean> {
  const [found] = await rows(tx, matchRow, Prisma.sql`SELECT lock_password_hash(${passwordHash}) AS matches`)
  return found?.matches ?? false
}

/**
 * Records that a session is in use, which extends its idle expiry, by the database's clock. It runs after the response, so
 * it ignores an unavailable database.
 */
export async function touchSession(id: SessionId, remembered: boolean): Promise<void> {
  try {
    await database().$executeRaw`
      UPDATE sessions SET longest_idle_seconds = greatest(longest_idle_seconds, extract(epoch FROM now() - last_seen_at)::integer),
             last_seen_at = now(), idle_expires_at = now() + ${lifetimes(remembered).idleMs} * interval '1 ms'
      WHERE id_hash = ${hashSessionId(id)} AND last_seen_at < now() - ${TOUCH_INTERVAL_MS} * interval '1 ms' AND idle_expires_at > now()`
  } catch (error) {
    if (!isDatabaseUnavailable(error)) throw error
  }
}

/** Ends a session by deleting its row: a cookie with its id is invalid from the next request on (ASVS 7.4.1). */
export async function endSession(id: SessionId, { userId, request }: { userId: string; request: RequestInfo }): Promise<void> {
  await withUser(userId, async (tx) => {
    const { count } = await tx.session.deleteMany({ where: { idHash: hashSessionId(id), userId } })
    if (count) await recordEvent(tx, { kind: 'session.ended', userId, actorId: userId, request })
  })
}

/**
 * Ends all sessions of a user, in the caller's transaction, such as a change of password (ASVS 7.4.3).
 * @param except the session that continues, usually the current one
 * @returns the number of ended sessions
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
 * Locks the user's row until the transaction ends, so that only one transaction at a time ends their other sessions. Two
 * sessions that end each other would otherwise wait for each other's row, and both would end.
 */
export async function lockSessions(tx: Tx, userId: string): Promise<void> {
  await tx.$queryRaw`SELECT id FROM users WHERE id = ${userId}::uuid FOR NO KEY UPDATE`
}

/** Returns the idle and absolute lifetime of a session, in milliseconds. */
export function lifetimes(remembered: boolean) {
  return remembered ? SESSION_LIFETIMES.remembered : SESSION_LIFETIMES.browser
}
