import { appOrigin } from '@/lib/platform/app-origin'
import { isLoopback } from '@/lib/platform/tls.mjs'
import { isFormCall, isScriptCall } from './action-call'
import { isSameOrigin } from './origin'
import { CLOSED_ROUTE, type RoutePolicy } from './route-policy'

// Decides which requests reach a page or a route handler. Safe for the edge.

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])
const UNSAFE_METHODS = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/** Why a request is refused: an HTTP status, and a sentence to show to the user. */
export type RequestRefusal = { status: 400 | 403 | 405 | 411 | 413 | 421; message: string }

/**
 * Checks a request by its method and headers, before its body is read. Without a policy, a body must have a Content-Length,
 * which the HTTP parser enforces; otherwise its size is unknown (RFC 9110 section 15.5.12). Browsers always send one with a
 * form. A handler with a policy counts the bytes instead.
 * @returns the reason to refuse the request; undefined to accept it
 */
export function refuseRequest({ method, headers, url }: Request, policy: RoutePolicy = CLOSED_ROUTE): RequestRefusal | undefined {
  if (!isOurHost(headers.get('host') ?? '') && !HEALTH_CHECK.test(new URL(url).pathname)) return WRONG_HOST
  if (SAFE_METHODS.has(method)) return undefined
  if (!UNSAFE_METHODS.has(method)) return UNKNOWN_METHOD
  if (policy === CLOSED_ROUTE && headers.has('transfer-encoding')) return UNKNOWN_LENGTH
  if (Number(headers.get('content-length') ?? 0) > policy.maxBodyBytes) return TOO_LARGE
  return policy.authentication === 'session' && !isSameOrigin(headers) ? FOREIGN : undefined
}

/**
 * Reads the body of a form or of a server action call, and refuses what Next would answer with a 500.
 * @returns the reason to refuse it; undefined to accept it
 */
export async function refuseBody(request: Request): Promise<RequestRefusal | undefined> {
  if (SAFE_METHODS.has(request.method)) return undefined
  const isForm = /^\s*multipart\//i.test(request.headers.get('content-type') ?? '')
  const isScript = request.headers.has('next-action')
  if (!isForm) return isScript && !isScriptCall(await request.text()) ? MALFORMED : undefined
  const form = await request.formData().catch(() => null)
  return form && (isScript ? isScriptCall(form) : isFormCall(form)) ? undefined : MALFORMED
}

/**
 * Checks a GET that records an event, such as a download. It must come from a page of this origin, and HEAD, for which Next
 * would run the handler of GET, does no work (ASVS 3.5.1, 3.5.3).
 * @returns the reason to refuse the request; undefined to accept it
 */
export function refuseDownload({ method, headers }: Request): RequestRefusal | undefined {
  if (method !== 'GET') return UNKNOWN_METHOD
  return isSameOrigin(headers) ? undefined : FOREIGN
}

/** Returns the response to a refused request. */
export function refusalResponse({ status, message }: RequestRefusal): Response {
  return new Response(`${message}\n`, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'private, no-store' },
  })
}

/** Returns whether Host is ours: a forged one must not end up in a link or redirect. Development accepts any loopback name. */
export function isOurHost(host: string): boolean {
  ourHost ??= new URL(appOrigin()).host
  return host === ourHost || (process.env.NODE_ENV === 'development' && isLoopback(host.replace(/:\d+$/, '')))
}

const HEALTH_CHECK = /^\/api\/health\/(live|ready)$/

let ourHost: string | undefined

const WRONG_HOST: RequestRefusal = { status: 421, message: 'This server does not serve that host name.' }
const UNKNOWN_METHOD: RequestRefusal = { status: 405, message: 'This method is not supported.' }
const UNKNOWN_LENGTH: RequestRefusal = { status: 411, message: 'The request has no Content-Length, so nothing was changed.' }
export const TOO_LARGE: RequestRefusal = { status: 413, message: 'The request is too large, so nothing was changed.' }
const MALFORMED: RequestRefusal = {
  status: 400,
  message: 'The form could not be read, so nothing was changed. Reload the page and try again.',
}
const FOREIGN: RequestRefusal = {
  status: 403,
  message: 'The request came from another site, so nothing was changed. Open the page here and try again.',
}
