import 'server-only'
import { message, sentence } from '@/lib/messages'
import { log } from '@/lib/platform/log'

const RETRY_AFTER_SECONDS = 5

// After the grace period, a client must read at least at this rate, which a slow mobile connection reaches.
const GRACE_MS = 10_000
const MIN_BYTES_PER_SECOND = 32 * 1024
const CHUNK_BYTES = 64 * 1024
/** The longest download. It must be shorter than the window of the limit that refuses another download of the account or user. */
const DOWNLOAD_MAX_MS = 10 * 60_000

/**
 * Returns a response that the browser saves as a file. It streams: a slow client slows down `pieces`, and a client that
 * disconnects, reads too slowly, or takes more than ten minutes, ends them. An error aborts the response, so that a partial file
 * never looks complete.
 * @param pieces of the file's text
 * @param name of the file, without the date and extension; letters, digits, and hyphens only, because it is part of a header
 * @param onEnd called once, when `pieces` have ended for any reason
 */
export function download(
  pieces: AsyncIterable<string>,
  { type, name }: { type: 'json' | 'csv'; name: string },
  onEnd: () => Promise<void> = async () => undefined,
): Response {
  const day = new Date().toISOString().slice(0, 10)
  return new Response(streamOf(pieces[Symbol.asyncIterator](), onEnd), {
    headers: {
      'content-type': `${type === 'csv' ? 'text/csv' : 'application/json'}; charset=utf-8`,
      'content-disposition': `attachment; filename="${name}-${day}.${type}"`,
      'cache-control': 'private, no-store',
    },
  })
}

/** Returns the response of a route handler while the database is unavailable. */
export function unavailable(): Response {
  return new Response(null, { status: 503, headers: { 'retry-after': String(RETRY_AFTER_SECONDS) } })
}

/** Returns the refusal of a download that is already running. */
export function tooManyDownloads(retryAfterSeconds: number): Response {
  return new Response(`${sentence(message('export-running', { seconds: retryAfterSeconds }))}\n`, {
    status: 429,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'private, no-store',
      'retry-after': String(retryAfterSeconds),
    },
  })
}

function streamOf(pieces: AsyncIterator<string>, onEnd: () => Promise<void>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const patience = new Patience()
  let rest = new Uint8Array()
  let end = async () => {
    end = async () => undefined
    patience.stop()
    clearTimeout(deadline)
    try {
      await pieces.return?.(undefined)
    } finally {
      await onEnd()
    }
  }
  const abort = (controller: ReadableStreamDefaultController, reason: string) => {
    controller.error(new Error(reason))
    end().catch((error: unknown) => log().error({ err: error }, 'a download did not end'))
  }
  let deadline: NodeJS.Timeout | undefined
  return new ReadableStream({
    start(controller) {
      deadline = setTimeout(() => abort(controller, 'The download takes too long'), DOWNLOAD_MAX_MS)
    },
    async pull(controller) {
      patience.stop()
      try {
        while (!rest.length) {
          const { done, value } = await pieces.next()
          if (done) {
            await end()
            return controller.close()
          }
          rest = encoder.encode(value)
        }
      } catch (error) {
        await end()
        throw error
      }
      const chunk = rest.subarray(0, CHUNK_BYTES)
      rest = rest.subarray(CHUNK_BYTES)
      controller.enqueue(chunk)
      patience.start(chunk.length, () => abort(controller, 'The client reads too slowly'))
    },
    cancel: () => end(),
  })
}

/** How long the server still waits for a client to read what was sent. Only time spent waiting for the client counts. */
class Patience {
  #leftMs = GRACE_MS
  #since = 0
  #timer: NodeJS.Timeout | undefined

  /** Starts to wait for the client. @param bytes that were sent, which earn it more time */
  start(bytes: number, onTooSlow: () => void): void {
    this.#leftMs = Math.min(GRACE_MS, this.#leftMs + (bytes / MIN_BYTES_PER_SECOND) * 1000)
    this.#since = performance.now()
    this.#timer = setTimeout(onTooSlow, this.#leftMs)
  }

  stop(): void {
    if (this.#timer) this.#leftMs -= performance.now() - this.#since
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
