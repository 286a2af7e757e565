import 'server-only'

/**
 * An answer that is saved as a file, made as it is read: a slow reader holds the pieces back, and one who leaves ends them.
 * What fails on the way breaks it off, and never ends it as if whole.
 * @param name of the file: letters, digits and hyphens alone, for it stands in a header
 */
export function jsonDownload(pieces: AsyncGenerator<string>, name: string): Response {
  const day = new Date().toISOString().slice(0, 10)
  return new Response(streamOf(pieces), {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': `attachment; filename="${name}-${day}.json"`,
      'cache-control': 'private, no-store',
    },
  })
}

function streamOf(pieces: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    async cancel() {
      await pieces.return(undefined)
    },
  })
}
