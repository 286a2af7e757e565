import 'server-only'

const RETRY_AFTER_SECONDS = 5

/**
 * A file that is made while it is sent. What fails on the way breaks the download off, and never ends it as if whole.
 * @param pieces of its text
 * @param filename without anything that a header would take for more than a name
 */
export function download(pieces: AsyncIterable<string>, { type, filename }: { type: string; filename: string }): Response {
  return new Response(streamOf(pieces[Symbol.asyncIterator]()), {
    headers: {
      'content-type': `${type}; charset=utf-8`,
      'content-disposition': `attachment; filename="${filename}"`,
      'cache-control': 'private, no-store',
    },
  })
}

/** What a handler answers while the database is away. */
export function unavailable(): Response {
  return new Response(null, { status: 503, headers: { 'retry-after': String(RETRY_AFTER_SECONDS) } })
}

/** Reads a piece when there is room for it: a slow reader holds the export back, and one who leaves ends it. */
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
