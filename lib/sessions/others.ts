import 'server-only'
import { recordEvent } from '@/lib/audit/audit'
import type { RequestInfo } from '@/lib/http/request-info'
import { conflict, forbidden, type Outcome, ok } from '@/lib/outcome'
import { withUser } from '@/lib/platform/db'
import type { UserScope } from '@/lib/scope'
import { deviceName } from './device-name'
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
 * Ends another session of the user (ASVS 7.5.2).
 * @returns its device; the same `conflict` if no session has this handle, it is another user's, or it is the current one
 */
export function endOtherSession(scope: UserScope, handle: string, request: RequestInfo): Promise<Outcome<{ device: string }>> {
  const { user, session } = scope
  return withUser(user.id, async (tx) => {
    const [ended] = await tx.$queryRaw<{ userAgent: string | null; ip: string | null }[]>`
      DELETE FROM sessions WHERE handle = ${handle}::uuid AND user_id = ${user.id}::uuid AND id_hash <> ${hashSessionId(session.id)}
      RETURNING user_agent AS "userAgent", ip`
    if (!ended) return conflict('session-already-ended')
    const device = deviceName(ended.userAgent)
    const details = { ip: ended.ip }
    await recordEvent(tx, { kind: 'session.ended', userId: user.id, actorId: user.id, target: device, details, request })
    return ok({ device })
  })
}

/**
 * Ends all sessions of the user but the current one (ASVS 7.4.3).
 * @returns how many; `forbidden` if another session has ended the current one in the same way
 */
export function endOtherSessions({ user, session }: UserScope, request: RequestInfo): Promise<Outcome<{ count: number }>> {
  return withUser(user.id, async (tx) => {
    await lockSessions(tx, user.id)
    if (!(await tx.session.findUnique({ where: { idHash: hashSessionId(session.id) }, select: { handle: true } }))) return forbidden
    return ok({ count: await endSessionsOf(tx, user.id, { except: session.id, actorId: user.id, request }) })
  })
}
