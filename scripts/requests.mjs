// What a request must be before Next sees it. Next answers some of these with a 500 of its own.
import { IncomingMessage } from 'node:http'

const BODY_MAX_BYTES = 64 * 1024
const DRAIN_MAX_BYTES = 4 * 1024 * 1024
const ROUTER_STATE_MAX_DEPTH = 20

// Marks that Next or a proxy would set. From outside they are only ever an attempt.
const NOT_BELIEVED =
  /^(x-forwarded-(host|proto|port)|forwarded|x-middleware-.*|x-atrium-path|x-nonce|x-nextjs-(rewrite|matched|request-id|html).*|x-now-.*|x-invoke-.*)$/

// In development Next's page names itself so, and without an answer to that name a link leads nowhere.
const NAMES_OF_DEVELOPMENT = /^x-nextjs-(html-)?request-id$/

/**
 * Forgets what a request says of itself that it cannot know, and notes where it came from.
 * @param {IncomingMessage} request @param {{ dev: boolean }} options
 */
export function setAside({ headers, socket }, { dev }) {
  for (const name of Object.keys(headers)) {
    if (NOT_BELIEVED.test(name) && !(dev && NAMES_OF_DEVELOPMENT.test(name))) delete headers[name]
  }
  // The peer's address goes to the end of the list, as at every proxy; lib/http/request-info.ts counts from there.
  const peer = socket.remoteAddress ?? ''
  headers['x-forwarded-for'] = headers['x-forwarded-for'] ? `${headers['x-forwarded-for']}, ${peer}` : peer
}

/** Whether the request target is a path, as from a browser: no other origin, and nothing but ASCII. @param {string} [url] */
export function isPath(url = '') {
  return /^\/[\x21-\x7e]*$/.test(url)
}

/** Whether anything can be at a path: it decodes, and is none of Next's own pages for what goes wrong. @param {string} [url] */
export function canBeThere(url = '') {
  try {
    return !/^\/_(global-error|not-found)\b/.test(decodeURIComponent(url.split('?')[0] ?? ''))
  } catch {
    return false
  }
}

/** Whether the router's state, where it is sent, is of the router's own shape. @param {IncomingMessage} request */
export function isRouterStateSound({ headers }) {
  const state = headers['next-router-state-tree']
  try {
    return state === undefined || isRouterState(JSON.parse(decodeURIComponent(String(state))), 0)
  } catch {
    return false
  }
}

/** @param {unknown} state @param {number} depth @returns {boolean} */
function isRouterState(state, depth) {
  if (!Array.isArray(state) || state.length < 2 || depth > ROUTER_STATE_MAX_DEPTH) return false
  const [segment, routes] = state
  const isSegment =
    typeof segment === 'string' ||
    (Array.isArray(segment) && segment.length >= 3 && segment.slice(0, 3).every((part) => typeof part === 'string'))
  if (!isSegment || typeof routes !== 'object' || routes === null || Array.isArray(routes)) return false
  return Object.values(routes).every((route) => isRouterState(route, depth + 1))
}

/**
 * Reads a body that is not too large, and makes the request one that can be read again.
 * @param {IncomingMessage} request
 * @returns {Promise<IncomingMessage | 'too large' | 'malformed'>}
 */
export async function withBody(request) {
  const body = await readBody(request)
  if (!body) return 'too large'
  if (!(await isWellFormed(request.headers['content-type'], body))) return 'malformed'
  const { method, url, headers, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor } = request
  const again = new IncomingMessage(request.socket)
  Object.assign(again, { method, url, headers, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor, complete: true })
  delete again.headers['transfer-encoding']
  again.headers['content-length'] = String(body.length)
  again.push(body)
  again.push(null)
  return again
}

/**
 * What is too large is still taken in, up to a point, so that the sender gets to read the refusal.
 * @param {IncomingMessage} request
 * @returns {Promise<Buffer | undefined>} undefined as soon as it is known to be too large
 */
function readBody(request) {
  return new Promise((resolve, reject) => {
    /** @type {Buffer[]} */
    const chunks = []
    let bytes = 0
    if (Number(request.headers['content-length'] ?? 0) > BODY_MAX_BYTES) resolve(undefined)
    request.on('data', (/** @type {Buffer} */ chunk) => {
      bytes += chunk.length
      if (bytes <= BODY_MAX_BYTES) chunks.push(chunk)
      else resolve(undefined)
      if (bytes > DRAIN_MAX_BYTES) request.destroy()
    })
    request.once('end', () => resolve(bytes > BODY_MAX_BYTES ? undefined : Buffer.concat(chunks)))
    request.once('error', reject)
  })
}

/** @param {string | undefined} type @param {Buffer} body */
async function isWellFormed(type, body) {
  if (!type || !/^multipart\//i.test(type)) return true
  try {
    await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData()
    return true
  } catch {
    return false
  }
}
