import { expect, test, vi } from 'vitest'
import { handlerWithPolicy } from '@/lib/handler'
import type { RoutePolicy } from '@/lib/http/route-policy'
import { env } from '@/lib/platform/env'

const URL_OF_ROUTE = `${env().APP_URL}/api/uploads/example`
const host = new URL(env().APP_URL).host

function send(policy: RoutePolicy, init: { headers?: Record<string, string>; chunks?: string[] } = {}) {
  const handle = vi.fn(async (_: Request, body: ReadableStream<Uint8Array>) => new Response(await new Response(body).text()))
  const encoder = new TextEncoder()
  const body = new ReadableStream({
    start(controller) {
      for (const chunk of init.chunks ?? []) controller.enqueue(encoder.encode(chunk))
      controller.close()
    },
  })
  const request = new Request(URL_OF_ROUTE, { method: 'POST', headers: { host, ...init.headers }, body, duplex: 'half' } as RequestInit)
  return { response: handlerWithPolicy(policy, handle)(request), handle }
}

// ASVS 3.5.1
test.each([
  ['signature', {}, 200],
  ['key', { origin: 'https://evil.example' }, 200],
  ['session', {}, 403],
  ['session', { origin: 'https://evil.example' }, 403],
  ['session', { origin: env().APP_URL }, 200],
] as const)('a route with authentication by %s answers a POST with the headers %j with %i', async (authentication, headers, status) => {
  const { response, handle } = send({ authentication, maxBodyBytes: 10 }, { headers })
  expect((await response).status).toBe(status)
  expect(handle).toHaveBeenCalledTimes(status === 200 ? 1 : 0)
})

test('a body of exactly maxBodyBytes is streamed to the handler', async () => {
  const { response } = send({ authentication: 'key', maxBodyBytes: 10 }, { chunks: ['12345', '67890'] })
  expect(await (await response).text()).toBe('1234567890')
})

test('a body of one byte more than maxBodyBytes is answered with 413, even without a Content-Length', async () => {
  const { response } = send({ authentication: 'key', maxBodyBytes: 10 }, { chunks: ['12345', '678901'] })
  expect((await response).status).toBe(413)
})

test('a Content-Length above maxBodyBytes is answered with 413 before the handler runs', async () => {
  const { response, handle } = send({ authentication: 'key', maxBodyBytes: 10 }, { headers: { 'content-length': '11' } })
  expect((await response).status).toBe(413)
  expect(handle).not.toHaveBeenCalled()
})

test('a request for another host is answered with 421', async () => {
  const { response } = send({ authentication: 'key', maxBodyBytes: 10 }, { headers: { host: 'evil.example' } })
  expect((await response).status).toBe(421)
})
