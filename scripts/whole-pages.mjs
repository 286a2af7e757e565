// Pages for when a page fails or is not there: whole without JavaScript, and in the application's own colours.
// Next answers both with a document that is empty until scripts fill it.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import { ROOT } from './setup.mjs'

const RETRY_AFTER_SECONDS = 5
const EMPTY_DOCUMENT = 'id="__next_error__"'
const DATABASE_UNAVAILABLE = 'DATABASE_UNAVAILABLE' // the digest of lib/platform/db-errors.ts

/**
 * Holds back what Next writes for a document that fails or is missing, and sends a whole page in its place; with 503
 * when it was the database that did not answer.
 * @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response
 */
export function sendWholePages(request, response) {
  const [writeHead, write, end] = [response.writeHead.bind(response), response.write.bind(response), response.end.bind(response)]
  const requestId = String(request.headers['x-request-id'])
  response.once('close', () => begun.delete(requestId))
  /** @type {Buffer[]} */
  const held = []
  const isChange = request.method === 'POST' && !request.url?.startsWith('/api/')
  const isEmailReserved = () =>
    response.statusCode >= 400 && !whole.has(response) && (isChange || (!request.headers.rsc && isHtml(response)))
  /** @param {unknown} chunk */
  const hold = (chunk) => {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) held.push(Buffer.from(chunk))
  }
  /** @param {any[]} args */
  const heldEnd = (...args) => {
    if (!isEmailReserved()) return end(.../** @type {[any]} */ (args))
    hold(args[0])
    const sent = Buffer.concat(held)
    const text = decoded(sent, String(response.getHeader('content-encoding') ?? ''))
    const kind = kindOf(response.statusCode, text, isChange && !begun.has(requestId))
    if (!kind) {
      writeHead(response.statusCode)
      return end(sent)
    }
    for (const name of ['content-length', 'content-encoding', 'transfer-encoding', 'link', 'etag']) response.removeHeader(name)
    response.setHeader('cache-control', 'private, no-store')
    if (kind === 'away') response.setHeader('retry-after', RETRY_AFTER_SECONDS)
    response.setHeader('content-type', 'text/html; charset=utf-8')
    const page = wholePage(kind, { href: request.method === 'GET' ? request.url : undefined, reference: requestId })
    response.setHeader('content-length', Buffer.byteLength(page))
    writeHead(STATUS[kind] ?? response.statusCode)
    return end(request.method === 'HEAD' ? undefined : page)
  }
  Object.assign(response, {
    // Compression asks for the head before the first byte; what is held has no head yet.
    /** @param {number} status @param {any[]} rest */
    writeHead: (status, ...rest) => {
      response.statusCode = status
      const headers = rest.find((part) => typeof part === 'object')
      for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value)
      if (/no-store/.test(String(response.getHeader('cache-control')))) response.setHeader('cache-control', 'private, no-store')
      return isEmailReserved() ? response : writeHead(status)
    },
    /** @param {any[]} args */
    write: (...args) => {
      if (!isEmailReserved()) return write(.../** @type {[any]} */ (args))
      hold(args[0])
      return true
    },
    end: heldEnd,
    flushHeaders: () => undefined,
  })
}

/** The answers that are whole pages already. @type {WeakSet<import('node:http').ServerResponse>} */
const whole = new WeakSet()

/** Lets an answer of our own through as it is. @param {import('node:http').ServerResponse} response */
export function sendAsItIs(response) {
  whole.add(response)
}

/** The requests whose action has begun: a failure before that is the sender's. lib/action.ts tells. @type {Set<string>} */
const begun = new Set()
Object.assign(globalThis, { atriumActionBegan: (/** @type {string} */ requestId) => begun.add(requestId) })

/** @type {Partial<Record<keyof typeof WORDS, number>>} */
const STATUS = { away: 503, malformed: 400 }

/**
 * @param {number} status @param {string} text @param {boolean} isUnbegun whether it should change something, and no action of ours began
 * @returns {keyof typeof WORDS | undefined} undefined for a page that is whole already
 */
function kindOf(status, text, isUnbegun) {
  if (text.includes(DATABASE_UNAVAILABLE)) return 'away'
  if (isUnbegun) return 'malformed'
  if (status >= 500) return 'fault'
  return status === 404 && (text.includes(EMPTY_DOCUMENT) || !text.startsWith('<!DOCTYPE')) ? 'missing' : undefined
}

/** @param {import('node:http').ServerResponse} response */
function isHtml(response) {
  return String(response.getHeader('content-type')).startsWith('text/html')
}

/** @param {Buffer} body @param {string} encoding */
function decoded(body, encoding) {
  const decode = { gzip: gunzipSync, br: brotliDecompressSync, deflate: inflateSync }[encoding]
  return (decode ? decode(body) : body).toString('utf8')
}

const WORDS = {
  away: {
    title: 'We cannot reach our records',
    sentence:
      'The database is not answering, so this page cannot be shown. What you saved before is safe. It usually passes within a minute.',
  },
  fault: {
    title: 'This page did not open',
    sentence: 'Something went wrong on our side, and it has been noted. What you saved before is safe.',
  },
  malformed: {
    title: 'We could not read that',
    sentence: 'What arrived here is not what our pages send. Go back, load the page anew, and try once more.',
  },
  foreign: {
    title: 'That did not come from here',
    sentence: 'The request was made by another site, so nothing was changed. Open the page here and try once more.',
  },
  large: {
    title: 'That is too much at once',
    sentence: 'What was sent is larger than we take, and nothing was changed. Send less of it.',
  },
  missing: {
    title: 'There is nothing here',
    sentence: 'The page may have moved, or it belongs to an account you are not a member of. Check the address, or start over.',
  },
}

/**
 * @param {keyof typeof WORDS} kind
 * @param {{ href: string | undefined, reference: string }} what href: what to try again; none when that would repeat a change
 * @returns {string} a document; for what is missing, the same one whatever was asked for
 */
export function wholePage(kind, { href, reference }) {
  tokens ??= readFileSync(path.join(ROOT, 'app', 'tokens.css'), 'utf8')
  const { title, sentence } = WORDS[kind]
  const ways =
    kind === 'missing'
      ? '<a href="/private">To your accounts</a>'
      : `${href ? `<a href="${escapeHtml(href)}">Try again</a>` : ''}<a href="/">Home</a>`
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · Atrium</title>
<style>${tokens}
body { margin: 0; background: var(--surface); color: var(--ink); font: 15px/1.6 system-ui, sans-serif }
main { max-width: 400px; margin: 0 auto; padding: 144px 16px 64px }
h1 { font-size: 28px; line-height: 1.15; margin: 0 0 12px; letter-spacing: -0.018em; font-weight: 600 }
p { margin: 0 0 24px; color: var(--ink-soft) }
small { font-size: 13px }
nav { display: flex; gap: 24px; align-items: center; margin: 0 0 40px }
a { color: var(--accent); display: inline-flex; align-items: center; min-height: 44px }
a:first-child { background: var(--accent); color: var(--on-accent); padding: 0 16px; border-radius: 6px; text-decoration: none; font-weight: 600 }
a:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px }
</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${sentence}</p>
<nav>${ways}</nav>
${kind === 'missing' ? '' : `<p><small>Reference: ${escapeHtml(reference)}</small></p>`}
</main>
</body>
</html>
`
}

/** @type {string | undefined} */
let tokens

/** @param {string} text */
function escapeHtml(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
