import 'server-only'
import { recordEvent } from '@/lib/audit/audit'
import { type Result, refuse } from '@/lib/form'
import type { RequestInfo } from '@/lib/http/request-info'
import { withUser } from '@/lib/platform/db'
import type { UserScope } from '@/lib/scope'
import { deviceName } from './device-name'
import { SESSION_GONE } from './schema'
import { endSessionsOf, hashSessionId, lockSessions } from './sessions'

// What a person sees of their own sessions, and how they end them from another one.

const SESSIONS_A_PAGE = 50
const BEFORE_ALL = 'ffffffff-ffff-ffff-ffff-ffffffffffff' // no handle is higher

/** A session as its person sees it. */
export type OwnSession = { handle: string; device: string; ip: string | null; signedInAt: Date; lastSeenAt: Date }

type SessionRow = Omit<OwnSession, 'device'> & { userAgent: string | null; isThis: boolean }

/**
 * The session that asks, and a page of the person's others, the last one to sign in first. What is over is not among them.
 * @param after the `next` of the page before
 */
export async function listSessions(
  scope: UserScope,
  after = BEFORE_ALL,
): Promise<{ current: OwnSession | undefined; others: OwnSession[]; next: string | undefined }> {
  const own = hashSessionId(scope.session.id)
  const rows = await withUser(
    scope.user.id,
    (tx) => tx.$queryRaw<SessionRow[]>`
      SELECT handle, user_agent AS "userAgent", ip, created_at AS "signedInAt", last_seen_at AS "lastSeenAt", id_hash = ${own} AS "isThis"
        FROM sessions
       WHERE user_id = ${scope.user.id}::uuid AND idle_expires_at > now() AND expires_at > now()
         AND (handle < ${after}::uuid OR id_hash = ${own})
       ORDER BY "isThis" DESC, handle DESC
       LIMIT ${SESSIONS_A_PAGE + 2}`,
  )
  const others = rows.filter(({ isThis }) => !isThis)
  const page = others.slice(0, SESSIONS_A_PAGE).map(toOwnSession)
  return {
    current: rows.filter(({ isThis }) => isThis).map(toOwnSession)[0],
    others: page,
    next: others.length > SESSIONS_A_PAGE ? page.at(-1)?.handle : undefined,
  }
}

function toOwnSession({ handle, userAgent, ip, signedInAt, lastSeenAt }: SessionRow): OwnSession {
  return { handle, device: deviceName(userAgent), ip, signedInAt, lastSeenAt }
}

/**
 * Ends another session of one's own (ASVS 7.5.2).
 * @returns the device it was on; refused in one way when there is none by that handle, it is another person's, or it is the one that asks
 */
export function endOtherSession(scope: UserScope, handle: string, request: RequestInfo): Promise<Result<string>> {
  const { user, session } = scope
  return withUser(user.id, async (tx) => {
    const [ended] = await tx.$queryRaw<{ userAgent: string | null; ip: string | null }[]>`
      DELETE FROM sessions WHERE handle = ${handle}::uuid AND user_id = ${user.id}::uuid AND id_hash <> ${hashSessionId(session.id)}
      RETURNING user_agent AS "userAgent", ip`
    if (!ended) return refuse(SESSION_GONE)
    const device = deviceName(ended.userAgent)
    const details = { ip: ended.ip }
    await recordEvent(tx, { kind: 'session.ended', userId: user.id, actorId: user.id, target: device, details, request })
    return { ok: true, value: device }
  })
}

/**
 * Ends every session of one's own but the one that asks (ASVS 7.4.3).
 * @returns how many; null when the one that asks has been ended by another that did the same
 */
export function endOtherSessions({ user, session }: UserScope, request: RequestInfo): Promise<number | null> {
  return withUser(user.id, async (tx) => {
    await lockSessions(tx, user.id)
    if (!(await tx.session.findUnique({ where: { idHash: hashSessionId(session.id) }, select: { handle: true } }))) return null
    return endSessionsOf(tx, user.id, { except: session.id, actorId: user.id, request })
  })
}
