// The HTTP server around Next, for development and production alike. What Next's own server leaves open is closed
// here: how large a body may be, where a request came from, and what a page shows without JavaScript when it fails.
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import next from 'next'
import { isSameOriginRequest } from '../lib/http/same-origin.mjs'
import { HEADERS } from '../next.config.mjs'
import { CliError } from './cli.mjs'
import { canBeThere, isPath, isRouterStateSound, setAside, withBody } from './requests.mjs'
import { ROOT } from './setup.mjs'
import { sendAsItIs, sendWholePages, wholePage } from './whole-pages.mjs'

const STRICT_TRANSPORT = 'max-age=63072000; includeSubDomains'
const REQUEST_TIMEOUT_MS = 30_000
const DRAIN_TIMEOUT_MS = 10_000
const LINGER_MS = 1_000
const READING = new Set(['GET', 'HEAD', 'OPTIONS'])
const CHANGING = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/**
 * Serves the application on `port`, on loopback or on all interfaces.
 * @param {{ dev: boolean, port: number, hostname: string, appUrl: string }} options
 * @returns {Promise<{ close: () => Promise<void> }>} close lets running requests finish, then ends
 * @throws {CliError} when the port is taken, or the application refuses to start
 */
export async function serve({ dev, port, hostname, appUrl }) {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS })
  server.on('request', answerNotYet) // the port is taken first, and whoever asks before all is ready is not left waiting
  await listen(server, port, hostname)
  // In development Next keeps a socket open to the browser. In production nothing speaks another protocol: Next listens
  // for upgrades on a server that never gets one, and a client that would like to upgrade is answered all the same.
  const app = next({ dev, dir: ROOT, hostname, port, httpServer: dev ? server : createServer() })
  await prepareToServe(app).catch((error) => {
    server.close()
    throw error
  })
  const handle = app.getRequestHandler()

  server.off('request', answerNotYet)
  server.on('request', async (request, response) => {
    response.on('error', () => request.destroy())
    request.headers['x-request-id'] = randomUUID()
    setHeaders(request, response, appUrl)
    if (!dev) sendWholePages(request, response)
    try {
      const admitted = await admit(request, response, { appUrl, dev })
      if (admitted) await handle(admitted, response)
    } catch (error) {
      process.stderr.write(
        `${JSON.stringify({ level: 50, time: new Date().toISOString(), msg: 'request failed', error: String(error) })}\n`,
      )
      if (response.headersSent) response.destroy()
      else refuse(request, response, 500, 'fault')
    }
  })
  return {
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeIdleConnections()
      const timer = setTimeout(() => server.closeAllConnections(), dev ? 0 : DRAIN_TIMEOUT_MS)
      await Promise.all([closed, stopWorker()])
      clearTimeout(timer)
      await app.close()
    },
  }
}

/**
 * Loads the application, which looks around before it opens and then begins to work on its queue of jobs.
 * @param {{ prepare: () => Promise<void> }} app
 * @throws {CliError} when it refuses to start
 */
export async function prepareToServe(app) {
  const refusal = waitForBoot()
  await app.prepare()
  const reason = await refusal
  if (reason) throw new CliError(reason)
}

/** Ends what lib/jobs/worker.ts began, where it did. */
export async function stopWorker() {
  const { atriumWorker } = /** @type {{ atriumWorker?: { stop: () => Promise<void> } }} */ (globalThis)
  await atriumWorker?.stop()
}

/** @param {import('node:http').IncomingMessage} _ @param {import('node:http').ServerResponse} response */
function answerNotYet(_, response) {
  response
    .writeHead(503, { 'retry-after': '1', 'cache-control': 'no-store', 'content-type': 'text/plain' })
    .end('Opening. Try again in a moment.')
}

/** What lib/platform/startup.ts says once it has looked around. @returns {Promise<string | undefined>} why not to open, if so */
function waitForBoot() {
  return new Promise((resolve) => Object.assign(globalThis, { atriumBooted: resolve }))
}

/** @param {import('node:http').Server} server @param {number} port @param {string} hostname @returns {Promise<void>} */
function listen(server, port, hostname) {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, hostname, resolve)
  })
}

/**
 * What every answer carries, also those that neither Next's configuration nor the gate sees: early redirects, files,
 * endpoints, refusals. A page's own policy takes the place of this one.
 * @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response @param {string} appUrl
 */
function setHeaders(request, response, appUrl) {
  for (const { key, value } of HEADERS) response.setHeader(key, value)
  response.setHeader('content-security-policy', strictPolicy("'none'"))
  if (appUrl.startsWith('https:')) response.setHeader('strict-transport-security', STRICT_TRANSPORT)
  if (/^\/+private/i.test(request.url ?? '')) response.setHeader('cache-control', 'private, no-store')
}

/**
 * Looks at a request before Next does.
 * @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response
 * @param {{ appUrl: string, dev: boolean }} options
 * @returns {Promise<import('node:http').IncomingMessage | undefined>} the request to hand on; undefined when it was answered here
 */
async function admit(request, response, { appUrl, dev }) {
  const { method = '', headers } = request
  setAside(request, { dev })
  if (!isPath(request.url) || !isRouterStateSound(request)) return void refuse(request, response, 400, 'malformed')
  if (!canBeThere(request.url)) return void refuse(request, response, 404, 'missing')
  if (READING.has(method)) return request
  if (!CHANGING.has(method)) return void refuse(request, response, 405, 'malformed')
  const readAgain = await withBody(request)
  if (readAgain === 'too large') return void refuse(request, response, 413, 'large')
  if (readAgain === 'malformed') return void refuse(request, response, 400, 'malformed')
  const header = (/** @type {string} */ name) => /** @type {string | undefined} */ (headers[name])
  if (!isSameOriginRequest(header, appUrl)) return void refuse(request, response, 403, 'foreign')
  return readAgain
}

/**
 * @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response
 * @param {number} status @param {Parameters<typeof wholePage>[0]} kind
 */
function refuse(request, response, status, kind) {
  sendAsItIs(response)
  response.statusCode = status
  response.setHeader('content-type', 'text/html; charset=utf-8')
  response.setHeader('content-security-policy', strictPolicy("'unsafe-inline'"))
  response.setHeader('cache-control', 'private, no-store')
  const page = wholePage(kind, { href: undefined, reference: String(request.headers['x-request-id']) })
  response.setHeader('content-length', Buffer.byteLength(page))
  if (status !== 413) return void response.end(page)
  // The answer is whole at once, but the connection stays until the sender is done: closed on unread data, it would be lost.
  response.write(page)
  const end = () => response.end()
  request.once('end', end)
  setTimeout(end, LINGER_MS).unref()
}

/** Nothing may run, load or frame what comes with this. @param {string} styles the sources that style may come from */
function strictPolicy(styles) {
  return `default-src 'none'; script-src 'nonce-${randomUUID()}'; style-src ${styles}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
}
