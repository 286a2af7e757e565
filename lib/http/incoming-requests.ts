import 'server-only'
import { randomUUID } from 'node:crypto'
import { subscribe } from 'node:diagnostics_channel'
import { type IncomingMessage, Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { parseAndValidateFlightRouterState } from 'next/dist/server/app-render/parse-and-validate-flight-router-state'
import { env } from '@/lib/platform/env'
import type { FindRoute } from './app-routes'
import { exemptFromTurns, limitConnections, limitPeer } from './connections'
import { isSecureOrigin } from './host-cookie'
import { logRequest } from './request-log'
import { isOurHost } from './request-rules'
import { SECURITY_HEADERS, STRICT_TRANSPORT_SECURITY } from './security-headers.mjs'

/** Headers that only Next, this app, or a trusted proxy may set. If a client sends one, it is an attack. */
const UNTRUSTED_HEADERS =
  /^(x-forwarded-(host|proto|port)|forwarded|x-middleware-.*|x-atrium-path|x-nonce|x-nextjs-(rewrite|matched|request-id|html).*|x-now-.*|x-invoke-.*)$/

// The development client sends these with each navigation and expects the same id in the response.
const DEVELOPMENT_HEADERS = /^x-nextjs-(html-)?request-id$/

const globals = globalThis as typeof globalThis & { atriumRequestsPrepared?: boolean }

/**
 * A header that marks requests of this server to itself, with a value that no client knows. After an action redirects, Next
 * requests the target from this server with the headers of the action's request, and that request must not wait for a turn.
 */
const INTERNAL_HEADER = 'x-atrium-internal'
const INTERNAL = randomUUID()

/**
 * Prepares each request of this process before Next sees it: its headers, its id, its log line, and the response's default
 * security headers. Turns malformed requests that Next would answer with a 500 into ones that it answers with a 4xx. Also limits
 * connections and each client's requests, but not in `next dev`, where compiling a page takes longer than they allow.
 * @param findRoute returns the route to log for a path
 */
export function prepareIncomingRequests(findRoute: FindRoute): void {
  if (globals.atriumRequestsPrepared) return // `next dev` reloads this module
  globals.atriumRequestsPrepared = true
  subscribe('http.server.request.start', (message) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse }
    stripUntrustedHeaders(request)
    refuseSeveralHosts(request)
    replaceUnservable(request)
    if (request.headers[INTERNAL_HEADER] === INTERNAL) {
      exemptFromTurns(request)
      request.headers.host = new URL(env().APP_URL).host // behind a proxy, Next sends its own address, which is refused
    } else {
      appendPeerAddress(request)
      Object.assign(request.headers, { 'x-request-id': randomUUID(), [INTERNAL_HEADER]: INTERNAL })
      logRequest(request, response, findRoute)
      replaceStaticFileOfOtherHost(request)
    }
    completeHeaders(request, response)
  })
  if (env().NODE_ENV !== 'development') limitServers()
}

/** Limits each HTTP server when its first client connects. Next has created it before this module runs. */
function limitServers(): void {
  const { MAX_CONNECTIONS, REQUESTS_PER_ADDRESS, TRUSTED_PROXIES } = env()
  const limits = { connections: MAX_CONNECTIONS, byPeer: TRUSTED_PROXIES === 0, requestsPerAddress: REQUESTS_PER_ADDRESS }
  const limited = new WeakSet<Server>()
  subscribe('net.server.socket', (message) => {
    const { socket } = message as { socket: Socket & { server?: unknown } }
    const { server } = socket
    if (!(server instanceof Server)) return
    if (!limited.has(server)) limitConnections(server, limits)
    limited.add(server)
    limitPeer(socket, limits)
  })
}

function stripUntrustedHeaders({ headers }: IncomingMessage): void {
  const isDevelopment = process.env.NODE_ENV === 'development'
  for (const name of Object.keys(headers)) {
    if (UNTRUSTED_HEADERS.test(name) && !(isDevelopment && DEVELOPMENT_HEADERS.test(name))) delete headers[name]
  }
}

/**
 * Replaces what Next would answer with a 500: TRACE, which the Fetch API cannot represent, malformed paths, and a malformed
 * router state. The middleware answers other unknown methods with 405.
 */
function replaceUnservable(request: IncomingMessage): void {
  if (request.method === 'TRACE') request.method = 'UNSUPPORTED'
  if (!isServablePath(request.url)) request.url = '/404'
  if (!isRouterState(request.headers['next-router-state-tree'])) delete request.headers['next-router-state-tree']
}

/** Sends a request for a static file to the middleware if its Host is not ours. Next would serve the file without running it. */
function replaceStaticFileOfOtherHost(request: IncomingMessage): void {
  if (isOurHost(request.headers.host ?? '')) return
  if (/^\/+_next\//i.test(decodeURIComponent(request.url?.split('?')[0] ?? ''))) request.url = '/404'
}

/** Returns whether a request target is a valid ASCII path, and not one of Next's own error pages. */
function isServablePath(url = ''): boolean {
  try {
    return /^\/[\x21-\x7e]*$/.test(url) && !/^\/_(global-error|not-found)\b/.test(decodeURIComponent(url.split('?')[0] ?? ''))
  } catch {
    return false
  }
}

/** Returns whether Next accepts the header, which it would otherwise answer with a 500. */
function isRouterState(header: string | string[] | undefined): boolean {
  try {
    if (header !== undefined) parseAndValidateFlightRouterState(header)
    return true
  } catch {
    return false
  }
}

/** Treats a request with several Host headers as one for another host: a proxy may believe one that Node drops (RFC 9112, section 3.2). */
function refuseSeveralHosts({ headers, rawHeaders }: IncomingMessage): void {
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && /^host$/i.test(name))
  if (hosts.length > 1) headers.host = ''
}

/** Appends the peer's address to X-Forwarded-For. `lib/http/request-info.ts` counts trusted proxies from the end of the list. */
function appendPeerAddress({ headers, socket }: IncomingMessage): void {
  const peer = socket.remoteAddress ?? ''
  headers['x-forwarded-for'] = headers['x-forwarded-for'] ? `${headers['x-forwarded-for']}, ${peer}` : peer
}

/** Adds to each response, when its headers are about to be sent, what neither Next nor this app has set. */
function completeHeaders({ url = '' }: IncomingMessage, response: ServerResponse): void {
  if (/^\/+private/i.test(url)) response.setHeader('cache-control', 'private, no-store') // Next keeps it
  const { writeHead } = response
  response.writeHead = (...args: unknown[]) => {
    if (!response.headersSent) {
      setDefaultHeaders(response)
      completeContentType(response)
    }
    return Reflect.apply(writeHead, response, args)
  }
}

/** Sets headers for responses that neither `next.config.mjs` nor `middleware.ts` sees: early redirects, static files, 400s. */
function setDefaultHeaders(response: ServerResponse): void {
  for (const { key, value } of SECURITY_HEADERS) if (!response.hasHeader(key)) response.setHeader(key, value)
  if (!response.hasHeader('content-security-policy')) response.setHeader('content-security-policy', CLOSED_POLICY)
  if (isSecureOrigin()) response.setHeader('strict-transport-security', STRICT_TRANSPORT_SECURITY)
}

/** Adds what Next leaves out: the charset of texts, and the type of a redirect, whose body is its address (ASVS 4.1.1). */
function completeContentType(response: ServerResponse): void {
  const type = response.getHeader('content-type') ?? (response.hasHeader('location') ? 'text/plain' : '')
  if (/^text\/[^;]+$/.test(String(type))) response.setHeader('content-type', `${type}; charset=utf-8`)
}

const CLOSED_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
