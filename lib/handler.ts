import 'server-only'
import { notFound } from 'next/navigation'
import { PolicyUnmet } from '@/lib/account-policies/policy'
import { type AccountSection, sectionPath } from '@/lib/accounts/paths'
import { logDenial } from '@/lib/denials'
import { download, tooManyDownloads, unavailable } from '@/lib/http/download'
import type { LimitSubject } from '@/lib/http/limits/keys'
import { consumeLimit, resetLimit } from '@/lib/http/limits/limits'
import { RateLimited } from '@/lib/http/limits/rate-limited'
import { redirect } from '@/lib/http/redirect'
import { type RequestInfo, requestInfo } from '@/lib/http/request-info'
import { type RequestRefusal, refusalResponse, refuseDownload, refuseRequest, TOO_LARGE } from '@/lib/http/request-rules'
import type { RoutePolicy } from '@/lib/http/route-policy'
import type { Outcome } from '@/lib/outcome'
import { isDatabaseUnavailable } from '@/lib/platform/db-errors'
import { type Permission, refuse } from '@/lib/policy'
import { type AccountScope, requireScope } from '@/lib/scope'

type File = Parameters<typeof download>[1]
type Context = { scope: AccountScope; query: Record<string, string>; request: RequestInfo }

/**
 * Builds a route handler that sends a file of an account. Answers 404 to a caller who is not a member, 403 with the rules to a
 * session that does not meet the account's policy, and 503 while the database is unavailable. Redirects a caller who must enter
 * their password to the section's page. A second simultaneous export of an account or user gets a 429.
 * @param file `permission` that it needs, and the `section` of the account with the link to it
 * @param read returns the file's pieces
 * @param name returns the file's name: letters, digits, and hyphens only
 */
export function accountFile(
  { type, permission, section }: { type: File['type']; permission: Permission; section: AccountSection },
  read: (context: Context) => Promise<Outcome<AsyncIterable<string>>>,
  name: (slug: string) => string,
): (request: Request, context: { params: Promise<{ slug: string }> }) => Promise<Response> {
  return (request, { params }) =>
    respondToDownload(request, async () => {
      const scope = await requireScope((await params).slug, permission, { onUnmet: rethrow })
      const refused = refuse(scope, permission)
      if (refused?.status === 'recent-auth') {
        const { ip } = requestInfo(request.headers)
        await logDenial({ reason: 'recent-auth', actor: scope.user.id, account: scope.account.id, permission, ip })
        redirect(sectionPath(scope.account.slug, section))
      }
      if (refused) notFound()
      const query = Object.fromEntries(new URL(request.url).searchParams)
      const readPieces = async () => {
        const pieces = await read({ scope, query, request: requestInfo(request.headers) })
        return pieces.status === 'ok' ? pieces.value : notFound()
      }
      const file = { type, name: name(scope.account.slug) }
      const limits: DownloadLimit[] = [
        ['user-export', { userId: scope.user.id }],
        ['account-export', { accountId: scope.account.id }],
      ]
      return sendAlone(limits, readPieces, file)
    })
}

/**
 * Builds a route handler that returns JSON to a script on the account's pages. Another site cannot call it.
 * @param permission that every caller needs; `read` checks the rest
 */
export function accountJson(
  permission: Permission,
  read: (context: { scope: AccountScope; query: Record<string, string> }) => Promise<unknown>,
): (request: Request, context: { params: Promise<{ slug: string }> }) => Promise<Response> {
  return (request, { params }) =>
    respondToDownload(request, async () => {
      const scope = await requireScope((await params).slug, permission, { onUnmet: rethrow })
      const query = Object.fromEntries(new URL(request.url).searchParams)
      return Response.json(await read({ scope, query }), { headers: { 'cache-control': 'private, no-store' } })
    })
}

/** Returns the response of `respond` to a request that {@link refuseDownload} accepts, or a 503 as {@link whileAvailable} does. */
export async function respondToDownload(request: Request, respond: () => Promise<Response>): Promise<Response> {
  const refusal = refuseDownload(request)
  if (refusal) return refuseAndLog(refusal, request)
  try {
    return await whileAvailable(respond)
  } catch (error) {
    if (!(error instanceof PolicyUnmet)) throw error
    const { rules, verifyPath } = error
    const isSuspended = rules.includes('suspended')
    const body = isSuspended ? { error: 'account_suspended' } : { error: 'account_policy_unmet', rules, verify: verifyPath }
    return Response.json(body, { status: 403, headers: { 'cache-control': 'private, no-store' } })
  }
}

function rethrow(unmet: PolicyUnmet): never {
  throw unmet
}

/** Returns the response to a refused request, and logs it if another site sent it. */
async function refuseAndLog(refusal: RequestRefusal, request: Request): Promise<Response> {
  const { ip } = requestInfo(request.headers)
  if (refusal.status === 403) await logDenial({ reason: 'origin', path: new URL(request.url).pathname, ip })
  return refusalResponse(refusal)
}

/** A limit of one download at a time, and its account or user. */
type DownloadLimit = ['account-export', { accountId: string }] | ['user-export', { userId: string }]

/**
 * Sends a file. Answers 429 if another download under one of these limits is running on any server.
 * @param read returns the file's pieces
 */
export async function sendAlone(limits: DownloadLimit[], read: () => Promise<AsyncIterable<string>>, file: File): Promise<Response> {
  const acquired: DownloadLimit[] = []
  const release = async () => {
    for (const [limit, by] of acquired) await resetLimit(limit, by)
  }
  try {
    for (const each of limits) {
      const [limit, by] = each
      await consumeLimit(limit, by)
      acquired.push(each)
    }
    return download(await read(), file, release)
  } catch (error) {
    await release()
    if (!(error instanceof RateLimited)) throw error
    await logDenial({ reason: 'limit', limit: error.limit, ...idsOf(limits) })
    return tooManyDownloads(error.retryAfterSeconds)
  }
}

function idsOf(limits: DownloadLimit[]): { actor?: string; account?: string } {
  const { userId, accountId }: LimitSubject = Object.assign({}, ...limits.map(([, by]) => by))
  return { ...(userId ? { actor: userId } : {}), ...(accountId ? { account: accountId } : {}) }
}

/** Returns the response of `respond`, or a 503 with Retry-After if the database is unavailable. */
export async function whileAvailable(respond: () => Promise<Response>): Promise<Response> {
  try {
    return await respond()
  } catch (error) {
    if (!isDatabaseUnavailable(error)) throw error
    return unavailable()
  }
}

/**
 * Builds a route handler that accepts what its policy declares. It repeats the checks of the middleware, which some routes
 * skip, and counts the bytes of the body. It answers 503 with Retry-After while the database is unavailable.
 * @param handle must authenticate the caller as the policy declares
 */
export function handlerWithPolicy(
  policy: RoutePolicy,
  handle: (request: Request, body: ReadableStream<Uint8Array>) => Promise<Response>,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const refusal = refuseRequest(request, policy)
    if (refusal) return refuseAndLog(refusal, request)
    try {
      return await whileAvailable(() => handle(request, limitBody(request, policy.maxBodyBytes)))
    } catch (error) {
      if (error instanceof BodyTooLarge) return refusalResponse(TOO_LARGE)
      throw error
    }
  }
}

class BodyTooLarge extends Error {}

/** Limits the body. Reading it fails with BodyTooLarge after `maxBytes`. */
function limitBody({ body }: Request, maxBytes: number): ReadableStream<Uint8Array> {
  let bytes = 0
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength
      if (bytes > maxBytes) controller.error(new BodyTooLarge())
      else controller.enqueue(chunk)
    },
  })
  return (body ?? new Blob([]).stream()).pipeThrough(counter)
}
