import 'server-only'
import { notFound } from 'next/navigation'
import { download, unavailable } from '@/lib/http/download'
import { type RequestInfo, requestInfo } from '@/lib/http/request-info'
import { isDatabaseUnavailable } from '@/lib/platform/db-errors'
import { type AccountScope, requireScope } from '@/lib/scope'

type File = Parameters<typeof download>[1]
type Context = { scope: AccountScope; query: Record<string, string>; request: RequestInfo }

/**
 * Builds a route handler that sends a file of an account. A caller who is not a member gets a 404. While the database is
 * unavailable, the handler answers 503.
 * @param read returns the file's pieces; null if the caller may not have it
 * @param name returns the file's name: letters, digits, and hyphens only
 */
export function accountFile(
  type: File['type'],
  read: (context: Context) => Promise<AsyncIterable<string> | null>,
  name: (slug: string) => string,
): (request: Request, context: { params: Promise<{ slug: string }> }) => Promise<Response> {
  return (request, { params }) =>
    whileAvailable(async () => {
      const scope = await requireScope((await params).slug)
      const query = Object.fromEntries(new URL(request.url).searchParams)
      const pieces = (await read({ scope, query, request: requestInfo(request.headers) })) ?? notFound()
      return download(pieces, { type, name: name(scope.account.slug) })
    })
}

/** @returns the response of `respond`, or a 503 with Retry-After if the database is unavailable */
export async function whileAvailable(respond: () => Promise<Response>): Promise<Response> {
  try {
    return await respond()
  } catch (error) {
    if (!isDatabaseUnavailable(error)) throw error
    return unavailable()
  }
}
