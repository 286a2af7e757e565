import { env } from '@/lib/platform/env'
import { isSameOrigin } from './origin'

// Decides which requests reach a page or a route handler. Safe for the edge.

const BODY_MAX_BYTES = 64 * 1024
const ACTION_ARGUMENTS = '0' // the form field in which React sends the arguments of a server action
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])
const UNSAFE_METHODS = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])
const LOOPBACK = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i

/** Why a request is refused: an HTTP status, and a sentence to show to the user. */
export type Refusal = { status: 400 | 403 | 405 | 411 | 413 | 421; message: string }

/**
 * Checks a request by its method and headers alone, before its body is read.
 * A body must have a Content-Length, which the HTTP parser enforces; without one its size is unknown (RFC 9110 section
 * 15.5.12). Browsers always send one with a form.
 * @returns the reason to refuse the request; undefined to accept it
 */
export function refuseRequest(request: { method: string; headers: Headers; nextUrl: { pathname: string } }): Refusal | undefined {
  const { method, headers } = request
  if (!isOurHost(headers.get('host') ?? '') && !request.nextUrl.pathname.startsWith('/api/health/')) return WRONG_HOST
  if (SAFE_METHODS.has(method)) return undefined
  if (!UNSAFE_METHODS.has(method)) return UNKNOWN_METHOD
  if (headers.has('transfer-encoding')) return UNKNOWN_LENGTH
  if (Number(headers.get('content-length') ?? 0) > BODY_MAX_BYTES) return TOO_LARGE
  return isSameOrigin(headers) ? undefined : FOREIGN
}

/**
 * Parses a multipart body and refuses one that Next would answer with a 500.
 * @returns the reason to refuse the request; undefined to accept it
 */
export async function refuseBody(request: Request): Promise<Refusal | undefined> {
  if (SAFE_METHODS.has(request.method) || !/^\s*multipart\//i.test(request.headers.get('content-type') ?? '')) return undefined
  return request.formData().then(
    (form) => (request.headers.has('next-action') && !form.has(ACTION_ARGUMENTS) ? MALFORMED : undefined),
    () => MALFORMED,
  )
}

/** A forged Host must not end up in a link or a redirect. In development, any loopback name is accepted. */
function isOurHost(host: string): boolean {
  const { APP_URL, NODE_ENV } = env()
  return host === new URL(APP_URL).host || (NODE_ENV === 'development' && LOOPBACK.test(host))
}

const WRONG_HOST: Refusal = { status: 421, message: 'This server does not serve that host name.' }
const UNKNOWN_METHOD: Refusal = { status: 405, message: 'This method is not supported.' }
const UNKNOWN_LENGTH: Refusal = { status: 411, message: 'The request has no Content-Length, so nothing was changed.' }
const TOO_LARGE: Refusal = { status: 413, message: 'The request is too large, so nothing was changed. Send less than 64 kB.' }
const MALFORMED: Refusal = { status: 400, message: 'The form could not be read, so nothing was changed. Reload the page and try again.' }
const FOREIGN: Refusal = {
  status: 403,
  message: 'The request came from another site, so nothing was changed. Open the page here and try again.',
}
