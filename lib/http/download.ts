import 'server-only'

const RETRY_AFTER_SECONDS = 5

/**
 * Returns a response that the browser saves as a file. It streams: a slow client slows down `pieces`, and a client that
 * disconnects ends them. An error aborts the response, so that a partial file never looks complete.
 * @param pieces of the file's text
 * @param name of the file, without the date and extension; letters, digits, and hyphens only, because it is part of a header
 */
export function download(pieces: AsyncIterable<string>, { type, name }: { type: 'json' | 'csv'; name: string }): Response {
  const day = new Date().toISOString().slice(0, 10)
  return new Response(streamOf(pieces[Symbol.asyncIterator]()), {
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

function streamOf(pieces: AsyncIterator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    async cancel() {
      await pieces.return?.(undefined)
    },
  })
}
