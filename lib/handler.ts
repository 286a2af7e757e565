import 'server-only'
import { notFound, redirect } from 'next/navigation'
import { sectionPath } from '@/lib/accounts/paths'
import { download, unavailable } from '@/lib/http/download'
import { type RequestInfo, requestInfo } from '@/lib/http/request-info'
import { refusalResponse, refuseRequest, TOO_LARGE } from '@/lib/http/request-rules'
import type { RoutePolicy } from '@/lib/http/route-policy'
import { isDatabaseUnavailable } from '@/lib/platform/db-errors'
import { type Permission, refuse } from '@/lib/policy'
import { type AccountScope, requireScope } from '@/lib/scope'

type File = Parameters<typeof download>[1]
type Context = { scope: AccountScope; query: Record<string, string>; request: RequestInfo }

/**
 * Builds a route handler that sends a file of an account. A caller who is not a member gets a 404. A caller who must enter
 * their password first is redirected to the page of the section, which asks for it. While the database is unavailable, the
 * handler answers 503.
 * @param file `permission` that it needs, and the `section` of the account with the link to it
 * @param read returns the file's pieces; null if the caller may not have it
 * @param name returns the file's name: letters, digits, and hyphens only
 */
export function accountFile(
  { type, permission, section }: { type: File['type']; permission: Permission; section: string },
  read: (context: Context) => Promise<AsyncIterable<string> | null>,
  name: (slug: string) => string,
): (request: Request, context: { params: Promise<{ slug: string }> }) => Promise<Response> {
  return (request, { params }) =>
    whileAvailable(async () => {
      const scope = await requireScope((await params).slug)
      if (refuse(scope, permission)?.status === 'recent-auth') redirect(sectionPath(scope.account.slug, section))
      const query = Object.fromEntries(new URL(request.url).searchParams)
      const pieces = (await read({ scope, query, request: requestInfo(request.headers) })) ?? notFound()
      return download(pieces, { type, name: name(scope.account.slug) })
    })
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
    if (refusal) return refusalResponse(refusal)
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
