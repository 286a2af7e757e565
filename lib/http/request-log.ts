import 'server-only'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { log } from '@/lib/platform/log'
import { telemetry } from '@/lib/platform/telemetry/telemetry'
import type { FindRoute } from './app-routes'
import { LINK_KINDS } from './link-paths'

/** The ids of the caller, once the request has read its session. */
type Caller = { user?: string; account?: string }

// On globalThis, because Next bundles the instrumentation apart from the pages.
const globals = globalThis as typeof globalThis & { atriumCallers?: Map<string, Caller> }

function callers(): Map<string, Caller> {
  globals.atriumCallers ??= new Map()
  return globals.atriumCallers
}

/**
 * Logs a request once its response was sent or its client disconnected (ASVS 16.2). Logs the route instead of the path, which
 * contains the account's name; only the level debug adds the path, without query and tokens. Health checks, static files, and
 * requests in development, where Next prints its own line, are logged at the level debug.
 * @param request with its `x-request-id`
 */
export function logRequest(request: IncomingMessage, response: ServerResponse, findRoute: FindRoute): void {
  const started = performance.now()
  const { method, url = '' } = request
  const id = String(request.headers['x-request-id'])
  const caller: Caller = {}
  callers().set(id, caller)
  response.once('close', () => {
    callers().delete(id)
    const path = pathForLog(url)
    const route = findRoute(path) ?? 'other'
    const elapsed = performance.now() - started
    const ms = Math.round(elapsed * 10) / 10
    telemetry()?.record('http.server.request.duration', elapsed / 1000, attributesOf(method, route, response.statusCode))
    const level = QUIET_PATH.test(path) || process.env.NODE_ENV === 'development' ? 'debug' : 'info'
    const detail = log().isLevelEnabled('debug') ? { path } : {}
    const aborted = response.writableFinished ? {} : { aborted: true }
    log()[level]({ method, route, ...detail, status: response.statusCode, ms, request: id, ...caller, ...aborted }, 'request')
  })
}

/** Records who sent a request, for its log line. */
export function noteCaller(headers: Headers, { user, account }: { user: { id: string }; account?: { id: string } }): void {
  const caller = callers().get(headers.get('x-request-id') ?? '')
  if (caller) Object.assign(caller, { user: user.id }, account && { account: account.id })
}

/** Returns the attributes of a request's duration. A client cannot add values to them. */
function attributesOf(method = '', route: string, status: number) {
  return {
    'http.request.method': METHODS.has(method) ? method : '_OTHER',
    'http.route': route,
    'http.response.status_code': status,
  }
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

const QUIET_PATH = /^\/(_next\/|api\/health\/)/
const PATH_MAX_LENGTH = 200
const LINK_PATH = new RegExp(`^/+(${LINK_KINDS.join('|')})/+(?!open$).+`, 'is')
const TOKEN = /[A-Za-z0-9_-]{43,}/g

/**
 * Returns the path of a URL without its query and without anything that may be a token: everything below the path of an emailed
 * link, even a misspelled one, and any long segment.
 */
export function pathForLog(url: string): string {
  const [path = ''] = url.split('?')
  return decode(path).replace(LINK_PATH, '/$1/[token]').replace(TOKEN, '[token]').slice(0, PATH_MAX_LENGTH)
}

/** Decodes a path, so that an encoded token is recognized. A path that cannot be decoded does not reach a page. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path.replace(/%.*/s, '%')
  }
}
