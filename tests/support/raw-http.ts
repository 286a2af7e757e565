import { connect } from 'node:net'
import { type HttpResponse, ORIGIN } from './http-client'

// Sends raw requests, which an HTTP client would normalize or refuse to send.

/**
 * @param head request line and headers, with line feeds
 * @param timeoutMs how long to wait for a response, in milliseconds
 * @returns the response, even if the server closes the connection early
 */
export function sendRaw(head: string, body: string | Uint8Array = '', timeoutMs = 5_000): Promise<HttpResponse> {
  const { hostname, port } = new URL(ORIGIN)
  const started = performance.now()
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(Number(port || 80), hostname)
    const finish = () => {
      clearTimeout(timer)
      socket.destroy()
      const bytes = Buffer.concat(chunks)
      if (bytes.length) resolve({ ...parseResponse(bytes), ms: performance.now() - started })
      else reject(new Error('The server closed the connection without a response.'))
    }
    const timer = setTimeout(() => {
      socket.destroy()
      reject(new Error(`No response within ${timeoutMs} ms.`))
    }, timeoutMs)
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('end', finish)
    socket.on('error', finish)
    socket.write(Buffer.from(head.replaceAll('\n', '\r\n'), 'latin1'))
    socket.write(body)
  })
}

/** Sends a GET with exactly this request target. */
export function getRaw(target: string, headers: string[] = []): Promise<HttpResponse> {
  return sendRaw([`GET ${target} HTTP/1.1`, `Host: ${new URL(ORIGIN).host}`, 'Connection: close', ...headers, '', ''].join('\n'))
}

function parseResponse(response: Buffer): Omit<HttpResponse, 'ms'> {
  const end = response.indexOf('\r\n\r\n')
  const head = response.subarray(0, end < 0 ? undefined : end).toString('latin1')
  const body = end < 0 ? Buffer.alloc(0) : response.subarray(end + 4)
  const [first = '', ...lines] = head.split('\r\n')
  const headers = new Headers(
    lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as [string, string]),
  )
  return {
    status: Number(first.split(' ')[1]),
    headers,
    text: (headers.get('transfer-encoding') === 'chunked' ? joinChunks(body) : body).toString('utf8'),
    location: headers.get('location'),
    setCookies: headers.getSetCookie(),
  }
}

/** Decodes a chunked body (RFC 9112, section 7.1), even if it was cut off. */
function joinChunks(body: Buffer): Buffer {
  const chunks: Buffer[] = []
  for (let at = 0; at < body.length; ) {
    const lineEnd = body.indexOf('\r\n', at)
    const size = Number.parseInt(body.subarray(at, lineEnd < 0 ? undefined : lineEnd).toString('latin1'), 16)
    if (lineEnd < 0 || !size) break
    chunks.push(body.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = lineEnd + 2 + size + 2
  }
  return Buffer.concat(chunks)
}
