import 'server-only'
import type { RequestListener, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { logDenial } from '@/lib/denials'
import { FairQueue, isQueueFull } from '@/lib/platform/fair-queue'
import { log } from '@/lib/platform/log'
import { addressIn, addressKey } from './request-info'

// Limits what one client can take of a server process: connections, and requests in progress (ASVS 15.2.2).

/** A quarter of the connections, so that four addresses must work together to take them all. */
const SHARE_OF_CONNECTIONS = 0.25
const HEADERS_TIMEOUT_MS = 10_000
const HEADERS_CHECK_MS = 1_000 // Node's own check runs every 30 s
const IDLE_TIMEOUT_MS = 60_000 // for a client that does not read its response
const WAITING_PER_ADDRESS = 200
// With the database unavailable, a request must fail within three seconds, including its wait.
const WAIT_MS = 1_500
/** After this time, a request no longer counts as in progress. Only a slow client, or a download, takes longer. */
const TURN_MS = 5_000
const RETRY_AFTER_SECONDS = 2

export type ConnectionLimits = {
  /** connections to the server; more are closed at once */
  connections: number
  /** whether connections are also limited by their peer's address, which is the client's only without a proxy */
  byPeer: boolean
  /** requests of one client address that are in progress at the same time; others wait */
  requestsPerAddress: number
}

const exempt = new WeakSet<object>()

/** Lets a request start without waiting, if this server sends it to itself while it answers another one. */
export function exemptFromTurns(request: object): void {
  exempt.add(request)
}

/**
 * Limits the connections of a server, the time that a client may take to send its headers, and the requests in progress per
 * client address. Requests beyond the limit wait for their turn, and one that waits too long gets a 429 with Retry-After.
 */
export function limitConnections(server: Server, { connections, requestsPerAddress }: ConnectionLimits): void {
  server.maxConnections = connections
  server.headersTimeout = HEADERS_TIMEOUT_MS
  server.timeout = IDLE_TIMEOUT_MS
  checkHeadersOften(server)
  const queue = new FairQueue({
    running: Number.POSITIVE_INFINITY,
    runningPerClient: requestsPerAddress,
    waitingPerClient: WAITING_PER_ADDRESS,
    waitMs: WAIT_MS,
  })
  const listeners = server.listeners('request') as RequestListener[]
  server.removeAllListeners('request')
  server.on('request', (request, response) => {
    const serve = () => {
      if (!response.destroyed) for (const listener of listeners) listener.call(server, request, response)
      return untilAnswered(response)
    }
    if (exempt.has(request) || EXEMPT_PATH.test(request.url ?? '')) return void serve()
    const ip = addressIn(String(request.headers['x-forwarded-for'] ?? ''))
    queue.run(addressKey({ ip, userAgent: null }), serve).catch((error: unknown) => {
      if (isQueueFull(error)) {
        void logDenial({ reason: 'limit', limit: 'requests', ip })
        if (!response.destroyed) refuse(response)
      } else {
        log().error({ err: error }, 'a request failed')
        if (!response.headersSent) response.writeHead(500)
        response.end()
      }
    })
  })
}

/**
 * Closes connections as soon as `headersTimeout` has passed. Node reads the interval of its check once, when the server starts to
 * listen. Next has started it before this runs, so its listener starts the check again.
 */
function checkHeadersOften(server: Server): void {
  Object.assign(server, { connectionsCheckingInterval: HEADERS_CHECK_MS })
  const startCheck = server.listeners('listening').find(({ name }) => name === 'setupConnectionsTracking')
  if (server.listening) startCheck?.call(server)
}

/** Static files and health checks cost no database connection. */
const EXEMPT_PATH = /^\/(_next\/static\/|api\/health\/(live|ready)(\?|$))/

function untilAnswered(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, TURN_MS)
    const end = () => {
      clearTimeout(timer)
      resolve()
    }
    if (response.destroyed) end()
    else response.once('close', end)
  })
}

function refuse(response: ServerResponse): void {
  response.writeHead(429, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'private, no-store',
    'retry-after': String(RETRY_AFTER_SECONDS),
  })
  response.end('Too many requests at the same time. Try again in a moment.\n')
}

const peers = new Map<string, number>()

/** Counts a new connection by its peer, and closes it if the peer has too many. */
export function limitPeer(socket: Socket, { connections, byPeer }: ConnectionLimits): void {
  const peer = addressKey({ ip: socket.remoteAddress ?? null, userAgent: null })
  const count = (peers.get(peer) ?? 0) + 1
  peers.set(peer, count)
  socket.once('close', () => {
    const left = (peers.get(peer) ?? 1) - 1
    if (left) peers.set(peer, left)
    else peers.delete(peer)
  })
  if (byPeer && count > connections * SHARE_OF_CONNECTIONS) socket.destroy()
}
