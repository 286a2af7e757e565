import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

const LEAKED = 'nine purple herons wading'
const PERSON = { email: 'ada@example.com', accountNames: ['Blue Heron'] }
const sha1 = createHash('sha1').update(LEAKED).digest('hex').toUpperCase()

let server: Server
let requests: IncomingMessage[]
let answer: (response: ServerResponse) => void

beforeEach(async () => {
  requests = []
  server = createServer((request, response) => {
    requests.push(request)
    answer(response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
  vi.unstubAllEnvs()
})

/** Loads `findWeakness` with the given settings. */
async function loadFindWeakness(settings: Record<string, string> = { HIBP: 'on' }) {
  vi.resetModules()
  vi.stubEnv('HIBP_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value)
  return (await import('@/lib/password/weakness')).findWeakness
}

const lines =
  (...all: string[]) =>
  (response: ServerResponse) =>
    void response.end(all.join('\r\n'))

describe('a breached password', () => {
  // ASVS 4.2.5, 6.2.12
  test('is refused, and only five characters of its hash are sent', async () => {
    answer = lines('0018A45C4D1DEF81644B54AB7F969B88D65:10', `${sha1.slice(5)}:3`)
    expect(await (await loadFindWeakness())(LEAKED, PERSON)).toBe('password-breached')
    expect(requests.map(({ url, headers }) => [url, headers['add-padding']])).toEqual([[`/range/${sha1.slice(0, 5)}`, 'true']])
    expect(requests[0]?.rawHeaders.join()).not.toContain('heron')
  })

  test.each([
    ['contains it only as padding', () => lines(`${sha1.slice(5)}:0`)],
    ['contains another hash', () => lines(`${sha1.slice(5).replace(/.$/, 'X')}:7`)],
    ['is empty', () => lines('')],
  ])('is not found when the answer %s', async (_, given) => {
    answer = given()
    expect(await (await loadFindWeakness())(LEAKED, PERSON)).toBeUndefined()
    expect(requests).toHaveLength(1)
  })

  test('is looked up only with HIBP=on', async () => {
    answer = lines(`${sha1.slice(5)}:3`)
    for (const settings of [{}, { HIBP: 'off' }, { HIBP: '' }] as Record<string, string>[])
      expect(await (await loadFindWeakness(settings))(LEAKED, PERSON)).toBeUndefined()
    expect(requests).toEqual([])
  })

  test('is not looked up when it is refused for another reason', async () => {
    answer = lines('')
    const findWeakness = await loadFindWeakness()
    expect(await findWeakness('password', PERSON)).toBe('password-common')
    expect(await findWeakness('the blue heron flies', PERSON)).toBe('password-has-account')
    expect(requests).toEqual([])
  })
})

describe('when the lookup fails, the password is accepted', () => {
  // ASVS 13.2.6, 15.3.2, 16.5.2
  test.each<[string, (response: ServerResponse) => void]>([
    ['an error', (response) => void response.writeHead(503).end()],
    ['a redirect, which is not followed', (response) => void response.writeHead(302, { location: '/range/00000' }).end()],
    ['a connection that breaks', (response) => void response.destroy()],
    ['no answer', () => undefined],
    ['an answer that never ends', (response) => void response.write('0018A')],
  ])('after at most two seconds: %s', async (_, given) => {
    answer = given
    const findWeakness = await loadFindWeakness()
    const timeout = vi.spyOn(AbortSignal, 'timeout')
    expect(await findWeakness(LEAKED, PERSON)).toBeUndefined()
    const [ms] = timeout.mock.lastCall ?? []
    expect(ms).toBeLessThanOrEqual(2_000)
    expect(requests).toHaveLength(1)
  })
})
