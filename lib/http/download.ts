import 'server-only'

const RETRY_AFTER_SECONDS = 5

/**
 * An answer that is saved as a file, made as it is read: a slow reader holds the pieces back, and one who leaves ends them.
 * What fails on the way breaks it off, and never ends it as if whole.
 * @param pieces of its text
 * @param name of the file: letters, digits and hyphens alone, for it stands in a header
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

/** What a handler answers while the database is away. */
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
