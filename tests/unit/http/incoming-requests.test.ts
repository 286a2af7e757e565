import { once } from 'node:events'
import { createServer, get, type IncomingHttpHeaders } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { prepareIncomingRequests } from '@/lib/http/incoming-requests'

let received: IncomingHttpHeaders = {}
let path = ''
const server = createServer(({ headers, url = '' }, response) => {
  received = headers
  path = url
  response.end()
})

beforeAll(async () => {
  prepareIncomingRequests(() => undefined)
  await once(server.listen(0, '127.0.0.1'), 'listening')
})
afterAll(() => server.close())

/** Sends a request. @returns the headers that the server gets */
async function send(headers: Record<string, string> = {}): Promise<IncomingHttpHeaders> {
  await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { headers })
  return received
}

// ASVS 4.1.3, 15.2.2
test('only a request with the headers of another one counts as sent by this server', async () => {
  const first = await send({ 'x-request-id': 'forged', 'x-atrium-internal': 'a guess' })
  expect(first['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  const internal = String(first['x-atrium-internal'])
  expect(internal).toMatch(/^[0-9a-f-]{36}$/)

  const second = await send({ 'x-request-id': String(first['x-request-id']) }) // a request id can be in a log or a response
  expect(second['x-request-id']).not.toBe(first['x-request-id'])
  const own = await send({ 'x-request-id': String(first['x-request-id']), 'x-atrium-internal': internal })
  expect(own['x-request-id']).toBe(first['x-request-id'])

  expect(second.host).not.toBe('localhost:3000')
  expect(own.host).toBe('localhost:3000') // of APP_URL, so that a server behind a proxy accepts its own request
})

test('a static file of another host is left to the middleware, which refuses it', async () => {
  const { port } = server.address() as AddressInfo
  const pathFor = async (host: string, target: string) => {
    await new Promise((resolve) => get({ port, path: target, headers: { host } }, (response) => response.resume().on('end', resolve)))
    return path
  }
  expect(await pathFor('localhost:3000', '/_next/static/x.js')).toBe('/_next/static/x.js')
  expect(await pathFor('evil.example', '/_next/static/x.js?/api/health/live')).toBe('/404')
  expect(await pathFor('evil.example', '//%5Fnext/static/x.js')).toBe('/404')
  expect(await pathFor('evil.example', '/private')).toBe('/private') // the middleware sees it anyway
})

// ASVS 4.1.3
test('a request with several Host headers counts as one for another host, whichever comes first', async () => {
  const { port } = server.address() as AddressInfo
  for (const hosts of [
    ['localhost:3000', 'evil.example'],
    ['localhost:3000', 'localhost:3000'],
  ]) {
    const socket = connect(port, '127.0.0.1').resume()
    socket.write(`GET / HTTP/1.1\r\n${hosts.map((host) => `Host: ${host}\r\n`).join('')}Connection: close\r\n\r\n`)
    await once(socket, 'close')
    expect(received.host).toBe('')
  }
})

// ASVS 2.2.1, 16.5.3
test('a router state that Next rejects is removed, and others are kept', async () => {
  const stateOf = async (segment: unknown, ...more: unknown[]) => {
    const state = encodeURIComponent(JSON.stringify(['', { children: [segment, {}] }, ...more]))
    return (await send({ 'next-router-state-tree': state }))['next-router-state-tree']
  }
  const kept = [['private'], [['slug', 'acme', 'd', null]], [['slug', 'acme', 'd', ['new']]], ['private', null, 'refetch', 1]] as const
  for (const [segment, ...more] of kept) expect(await stateOf(segment, ...more)).toBeDefined()
  const removed = [
    [['slug', 'acme', 'd']],
    [['slug', 'acme', 'x', null]],
    [['slug', 1, 'd', null]],
    ['private', 1],
    ['private', null, 'x'],
  ] as const
  for (const [segment, ...more] of removed) expect(await stateOf(segment, ...more)).toBeUndefined()
})
