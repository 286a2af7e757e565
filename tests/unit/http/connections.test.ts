import { once } from 'node:events'
import { createServer, get, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { type ConnectionLimits, exemptFromTurns, limitConnections, limitPeer } from '@/lib/http/connections'
import { log } from '@/lib/platform/log'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** A limited server that answers each request on request, and the paths of the requests that it is working on. */
async function newServer(limits: Partial<ConnectionLimits> = {}) {
  const working: { path: string; response: ServerResponse }[] = []
  const server = createServer({ connectionsCheckingInterval: 20 }, ({ url = '' }, response) => void working.push({ path: url, response }))
  const all = { connections: 100, byPeer: true, requestsPerAddress: 2, ...limits }
  server.prependListener('connection', (socket) => limitPeer(socket, all))
  server.prependListener('request', (request) => {
    if (request.headers['x-exempt']) exemptFromTurns(request)
  })
  const exempting = server.listeners('request')[0] as () => void
  server.removeListener('request', exempting)
  limitConnections(server, all)
  server.prependListener('request', exempting)
  servers.push(server.listen(0, '127.0.0.1'))
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const request = (path: string, from: string, headers = {}): Promise<number> =>
    new Promise((resolve, reject) => {
      get({ port, host: '127.0.0.1', path, agent: false, headers: { 'x-forwarded-for': from, ...headers } }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode ?? 0))
      }).on('error', reject)
    })
  return { server, port, working, request }
}

// ASVS 15.2.2
test('requests of one address beyond its limit wait, and another address is served at once', async () => {
  const { working, request } = await newServer()
  const statuses = ['/1', '/2', '/3'].map((path) => request(path, '192.0.2.1'))
  await vi.waitFor(() => expect(working).toHaveLength(2))
  statuses.push(request('/other', '192.0.2.2'), request('/own', '192.0.2.1', { 'x-exempt': '1' }), request('/api/health/live', '192.0.2.1'))
  await vi.waitFor(() =>
    expect(
      working
        .map(({ path }) => path)
        .slice(2)
        .sort(),
    ).toEqual(['/api/health/live', '/other', '/own']),
  )
  working.shift()?.response.end()
  await vi.waitFor(() => expect(working.map(({ path }) => path)).toContain('/3'))
  for (const { response } of working) response.end()
  expect(await Promise.all(statuses)).toEqual([200, 200, 200, 200, 200, 200])
})

test('a request whose turn does not come gets a 429, and is not worked on', async () => {
  const { working, request } = await newServer({ requestsPerAddress: 1 })
  void request('/slow', '192.0.2.1').catch(() => undefined)
  await vi.waitFor(() => expect(working).toHaveLength(1))
  expect(await request('/late', '192.0.2.1')).toBe(429)
  expect(working.map(({ path }) => path)).toEqual(['/slow'])
})

// ASVS 16.5.4
test('a request that fails gets a 500 and an error in the log, not a rate-limit response', async () => {
  const error = vi.spyOn(log(), 'error').mockReturnValue(undefined)
  const server = createServer(() => {
    throw new Error('a bug')
  })
  servers.push(server.listen(0, '127.0.0.1'))
  await once(server, 'listening')
  limitConnections(server, { connections: 10, byPeer: false, requestsPerAddress: 2 })
  const { port } = server.address() as AddressInfo
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(500)
  expect(error.mock.calls).toMatchObject([[{ err: { message: 'a bug' } }, 'a request failed']])
})

// ASVS 15.2.2
test.each([
  ['the server', { connections: 3, byPeer: false }, 3],
  ['one address', { connections: 8, byPeer: true }, 2],
])('connections of %s beyond the limit are closed', async (_, limits, allowed) => {
  const { port } = await newServer(limits)
  const open: Socket[] = []
  for (let n = 0; n < 5; n += 1) {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined)
    open.push(socket)
    await once(socket, 'connect')
  }
  await vi.waitFor(() => expect(open.filter((socket) => socket.readyState === 'open')).toHaveLength(allowed))
  for (const socket of open) socket.destroy()
})

// ASVS 15.2.2
test('a client that does not finish its headers is disconnected within seconds, even if the server is already running', async () => {
  const server = createServer((_, response) => void response.end())
  servers.push(server.listen(0, '127.0.0.1'))
  await once(server, 'listening')
  limitConnections(server, { connections: 10, byPeer: false, requestsPerAddress: 2 })
  const { port } = server.address() as AddressInfo
  expect(server.headersTimeout).toBeLessThanOrEqual(10_000)
  server.headersTimeout = 50
  const start = performance.now()
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  socket.setEncoding('utf8').on('data', (text) => {
    answer += text
  })
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n')
  await once(socket, 'close')
  expect(answer).toMatch(/^HTTP\/1\.1 408 /)
  expect(performance.now() - start).toBeLessThan(5_000) // Node alone takes 30 s
})
