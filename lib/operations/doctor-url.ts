import 'server-only'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { SECURITY_HEADERS } from '@/lib/http/security-headers.mjs'
import { check, type Fault, type Finding } from './check'

const TIMEOUT_MS = 10_000
const PROXY = 'Find out whether a proxy in front of the server removes or replaces it.'

/** Checks what users of a deployment receive. @param url as they reach it */
export async function checkUrl(url: string, appUrl: string): Promise<Finding[]> {
  const { origin, protocol } = new URL(url)
  const isSecure = protocol === 'https:'
  return (
    await Promise.all([
      check('URL', async () =>
        origin === appUrl ? origin : [{ detail: `APP_URL is ${appUrl}`, remedy: `Set APP_URL to ${origin}, or check that URL.` }],
      ),
      check('Ready', () => checkReady(origin)),
      check('Headers', async () => headerFaults((await get(`${origin}/login`)).headers, isSecure)),
      check('Cookies', async () => cookieFaults((await get(`${origin}/api/auth/csrf`)).headers['set-cookie'] ?? [], isSecure)),
      check('Other hosts', () => checkForeignHost(origin)),
      check('Private pages', () => checkPrivate(origin)),
    ])
  ).flat()
}

async function checkReady(origin: string): Promise<string | Fault[]> {
  const { status, body } = await get(`${origin}/api/health/ready`)
  return status === 200 ? 'ready' : [{ detail: `/api/health/ready answers ${status}: ${body}`, remedy: 'See the log of the server.' }]
}

/** Returns the security headers that a page lacks. */
export function headerFaults(headers: IncomingHttpHeaders, isSecure: boolean): Fault[] {
  const wanted = [
    ...SECURITY_HEADERS.map(({ key, value }) => ({ key, pattern: value })),
    { key: 'Content-Security-Policy', pattern: "'nonce-" },
  ]
  if (isSecure) wanted.push({ key: 'Strict-Transport-Security', pattern: 'max-age=' })
  return wanted
    .filter(({ key, pattern }) => !String(headers[key.toLowerCase()] ?? '').includes(pattern))
    .map(({ key }) => ({ detail: `${key} is ${headers[key.toLowerCase()] ?? 'missing'}`, remedy: PROXY }))
}

/** Returns what is wrong with the cookies that a response sets. */
export function cookieFaults(cookies: string[], isSecure: boolean): Fault[] {
  if (!cookies.length) return [{ detail: 'no cookie arrives', remedy: PROXY }]
  const wanted = ['HttpOnly', 'SameSite=Lax', 'Path=/', ...(isSecure ? ['Secure'] : [])]
  return cookies.flatMap((cookie) => {
    const [name = ''] = cookie.split('=')
    const missing = wanted.filter((part) => !cookie.toLowerCase().includes(part.toLowerCase()))
    if (isSecure && !name.startsWith('__Host-')) missing.push('the prefix __Host-')
    return missing.length
      ? [
          {
            detail: `${name} lacks ${missing.join(', ')}`,
            remedy: 'Set APP_URL to the https origin, and make sure that no proxy changes cookies.',
          },
        ]
      : []
  })
}

async function checkForeignHost(origin: string): Promise<string | Fault[]> {
  const { status, body } = await get(`${origin}/login`, { host: 'doctor.invalid' })
  if (status >= 400 || !body) return `answered with ${status}${body ? '' : ' and nothing else'}` // Caddy's answer is empty
  return [
    {
      detail: `a request for another host is answered with ${status}`,
      remedy: 'Make the proxy forward the Host header, and route only your host.',
    },
  ]
}

async function checkPrivate(origin: string): Promise<string | Fault[]> {
  const { status, headers } = await get(`${origin}/private`)
  const isClosed = status === 307 && String(headers.location).includes('/login')
  const isStored = !/no-store/.test(String(headers['cache-control']))
  if (!isClosed) return [{ detail: `/private answers ${status} without a session`, remedy: 'Find out which middleware or cache answers.' }]
  return isStored ? [{ detail: 'a cache may store private pages', remedy: PROXY }] : 'they lead to sign-in, and no cache may store them'
}

/**
 * Sends a GET with `node:http`, because fetch cannot send another Host, and does not follow redirects. The TLS name is always that
 * of the URL: Node would take it from the Host header, and the proxy has no certificate for another one.
 */
function get(url: string, headers: Record<string, string> = {}): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
  const { protocol, hostname } = new URL(url)
  const send = protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const sent = send(url, { headers, timeout: TIMEOUT_MS, servername: hostname }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text) => (body += text))
      response.once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    sent.once('timeout', () => sent.destroy(new Error(`${url} does not answer within ${TIMEOUT_MS / 1000} s`)))
    sent.once('error', reject)
    sent.end()
  })
}
