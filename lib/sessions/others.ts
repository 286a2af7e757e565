import 'server-only'
import { z } from 'zod'
import { recordEvent } from '@/lib/audit/audit'
import { Prisma } from '@/lib/generated/prisma/client'
import type { RequestInfo } from '@/lib/http/request-info'
import { conflict, forbidden, type Outcome, ok } from '@/lib/outcome'
import { withUser } from '@/lib/platform/db'
import { readForUser } from '@/lib/platform/read'
import { rows } from '@/lib/platform/rows'
import type { UserScope } from '@/lib/scope'
import { deviceName } from './device-name'
import { endSessionsOf, hashSessionId, lockSessions } from './sessions'

// Lists the user's sessions and remembered browsers, and ends sessions from another one.

const SESSIONS_PER_PAGE = 50
const LAST_HANDLE = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** A session as its user sees it. `proofs`: how they authenticated; `remembered` means a remembered browser */
export type OwnSession = { handle: string; device: string; ip: string | null; signedInAt: Date; lastSeenAt: Date; proofs: string[] }

/** A browser that is not asked for a second factor, as its user sees it. */
export type OwnBrowser = { handle: string; device: string; ip: string | null; createdAt: Date; expiresAt: Date }

const browserRow = z.object({
  handle: z.uuid(),
  userAgent: z.string().nullable(),
  ip: z.string().nullable(),
  createdAt: z.coerce.date(),
  expiresAt: z.coerce.date(),
})

const sessionRow = z.object({
  handle: z.string(),
  userAgent: z.string().nullable(),
  ip: z.string().nullable(),
  signedInAt: z.date(),
  lastSeenAt: z.date(),
  isThis: z.boolean(),
  proofs: z.array(z.string()),
  /** of the user, with their current session */
  browsers: z.array(browserRow).nullable(),
})
type SessionRow = z.output<typeof sessionRow>

/**
 * Reads the current session, a page of the user's other active sessions, the most recent sign-in first, and the browsers that
 * are remembered.
 * @param after the `next` of the previous page
 */
export async function listSessions(
  scope: UserScope,
  after = LAST_HANDLE,
): Promise<{ current: OwnSession | undefined; others: OwnSession[]; next: string | undefined; browsers: OwnBrowser[] }> {
  const own = hashSessionId(scope.session.id)
  const found = await readForUser(
    scope.user.id,
    sessionRow,
    Prisma.sql`
      SELECT handle, user_agent AS "userAgent", ip, created_at AS "signedInAt", last_seen_at AS "lastSeenAt", id_hash = ${own} AS "isThis",
             ARRAY(SELECT CASE WHEN proof -> 'detail' ->> 'remembered' = 'true' THEN 'remembered' ELSE proof ->> 'method' END
                     FROM jsonb_array_elements(proofs_of_session(id_hash)) AS proof
                    ORDER BY (proof ->> 'ageSeconds')::float8 DESC) AS proofs,
             CASE WHEN id_hash = ${own} THEN (
               SELECT coalesce(jsonb_agg(jsonb_build_object('handle', handle, 'ip', ip, 'userAgent', user_agent, 'createdAt', created_at,
                                                            'expiresAt', expires_at) ORDER BY created_at DESC), '[]')
                 FROM remembered_browsers WHERE user_id = ${scope.user.id}::uuid AND expires_at > now()) END AS browsers
        FROM sessions
       WHERE user_id = ${scope.user.id}::uuid AND idle_expires_at > now() AND expires_at > now()
         AND (handle < ${after}::uuid OR id_hash = ${own})
       ORDER BY "isThis" DESC, handle DESC
       LIMIT ${SESSIONS_PER_PAGE + 2}`,
  )
  const others = found.filter(({ isThis }) => !isThis)
  const page = others.slice(0, SESSIONS_PER_PAGE).map(toOwnSession)
  const browsers = found.flatMap((row) => row.browsers ?? [])
  return {
    browsers: browsers.map(({ userAgent, ...browser }) => ({ ...browser, device: deviceName(userAgent) })),
    current: found.filter(({ isThis }) => isThis).map(toOwnSession)[0],
    others: page,
    next: others.length > SESSIONS_PER_PAGE ? page.at(-1)?.handle : undefined,
  }
}

function toOwnSession({ handle, userAgent, ip, signedInAt, lastSeenAt, proofs }: SessionRow): OwnSession {
  return { handle, device: deviceName(userAgent), ip, signedInAt, lastSeenAt, proofs }
}

/**
 * Ends another session of the user (ASVS 7.5.2).
 * @returns its device; the same `conflict` if the session does not exist, belongs to another user, or is the current one
 */
export function endOtherSession(scope: UserScope, handle: string, request: RequestInfo): Promise<Outcome<{ device: string }>> {
  const { user, session } = scope
  return withUser(user.id, async (tx) => {
    const [ended] = await rows(
      tx,
      sessionRow.pick({ userAgent: true, ip: true }),
      Prisma.sql`
      DELETE FROM sessions WHERE handle = ${handle}::uuid AND user_id = ${user.id}::uuid AND id_hash <> ${hashSessionId(session.id)}
      RETURNING user_agent AS "userAgent", ip`,
    )
    if (!ended) return conflict('session-already-ended')
    const device = deviceName(ended.userAgent)
    const details = { ip: ended.ip }
    await recordEvent(tx, { kind: 'session.ended', userId: user.id, actorId: user.id, target: device, details, request })
    return ok({ device })
  })
}

/**
 * Ends all sessions of the user except the current one (ASVS 7.4.3).
 * @returns the number of ended sessions; `forbidden` if the current session has ended in the meantime
 */
export function endOtherSessions({ user, session }: UserScope, request: RequestInfo): Promise<Outcome<{ count: number }>> {
  return withUser(user.id, async (tx) => {
    await lockSessions(tx, user.id)
    if (!(await tx.session.findUnique({ where: { idHash: hashSessionId(session.id) }, select: { handle: true } }))) return forbidden
    return ok({ count: await endSessionsOf(tx, user.id, { except: session.id, actorId: user.id, request }) })
  })
}
