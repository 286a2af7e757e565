import { connect } from 'node:net'
import { type HttpResponse, ORIGIN } from './http-client'

// Sends raw requests that an HTTP client would normalize or refuse to send.

const TIMEOUT_MS = 5_000

/** @param head request line and headers, with line feeds. @returns the response, also when the server closes the connection early */
export function sendRaw(head: string, body: string | Uint8Array = ''): Promise<HttpResponse> {
  const { hostname, port } = new URL(ORIGIN)
  const started = performance.now()
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(Number(port || 80), hostname)
    const finish = () => {
      clearTimeout(timer)
      socket.destroy()
      const text = Buffer.concat(chunks).toString('utf8')
      if (text) resolve({ ...parseResponse(text), ms: performance.now() - started })
      else reject(new Error('The server closed the connection without a response.'))
    }
    const timer = setTimeout(() => {
      socket.destroy()
      reject(new Error(`No response within ${TIMEOUT_MS} ms.`))
    }, TIMEOUT_MS)
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('end', finish)
    socket.on('error', finish)
    socket.write(Buffer.from(head.replaceAll('\n', '\r\n'), 'latin1'))
    socket.write(body)
  })
}

/** One GET with the request target as given. */
export function getRaw(target: string, headers: string[] = []): Promise<HttpResponse> {
  return sendRaw([`GET ${target} HTTP/1.1`, `Host: ${new URL(ORIGIN).host}`, 'Connection: close', ...headers, '', ''].join('\n'))
}

function parseResponse(response: string): Omit<HttpResponse, 'ms'> {
  const [head = '', ...rest] = response.split('\r\n\r\n')
  const [first = '', ...lines] = head.split('\r\n')
  const headers = new Headers(
    lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as [string, string]),
  )
  return {
    status: Number(first.split(' ')[1]),
    headers,
    text: rest.join('\r\n\r\n'),
    location: headers.get('location'),
    setCookies: headers.getSetCookie(),
  }
}
