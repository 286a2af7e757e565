import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

const LEAKED = 'nine purple herons wading'
const PERSON = { email: 'ada@example.com', accountName: 'Blue Heron' }
const sha1 = createHash('sha1').update(LEAKED).digest('hex').toUpperCase()

let server: Server
let asked: IncomingMessage[]
let answer: (response: ServerResponse) => void

beforeEach(async () => {
  asked = []
  server = createServer((request, response) => {
    asked.push(request)
    answer(response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
  vi.unstubAllEnvs()
})

/** The judge of new passwords, on a server whose settings are these. */
async function judge(settings: Record<string, string> = { HIBP: 'on' }) {
  vi.resetModules()
  vi.stubEnv('HIBP_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value)
  return (await import('@/lib/password/weakness')).findWeakness
}

const lines =
  (...all: string[]) =>
  (response: ServerResponse) =>
    void response.end(all.join('\r\n'))

describe('a password known from a leak', () => {
  test('is refused, and five characters of its hash are all that is asked', async () => {
    answer = lines('0018A45C4D1DEF81644B54AB7F969B88D65:10', `${sha1.slice(5)}:3`)
    expect(await (await judge())(LEAKED, PERSON)).toMatch(/known from a leak/)
    expect(asked.map(({ url, headers }) => [url, headers['add-padding']])).toEqual([[`/range/${sha1.slice(0, 5)}`, 'true']])
    expect(asked[0]?.rawHeaders.join()).not.toContain('heron')
  })

  test.each([
    ['that only pads the answer', () => lines(`${sha1.slice(5)}:0`)],
    ['that is another', () => lines(`${sha1.slice(5).replace(/.$/, 'X')}:7`)],
    ['when none are known', () => lines('')],
  ])('is none %s', async (_, given) => {
    answer = given()
    expect(await (await judge())(LEAKED, PERSON)).toBeUndefined()
    expect(asked).toHaveLength(1)
  })

  test('is not looked for unless that is switched on', async () => {
    answer = lines(`${sha1.slice(5)}:3`)
    for (const settings of [{}, { HIBP: 'off' }, { HIBP: '' }] as Record<string, string>[])
      expect(await (await judge(settings))(LEAKED, PERSON)).toBeUndefined()
    expect(asked).toEqual([])
  })

  test('is not looked for when it is refused for another reason', async () => {
    answer = lines('')
    const findWeakness = await judge()
    expect(await findWeakness('password', PERSON)).toMatch(/most common/)
    expect(await findWeakness('the blue heron flies', PERSON)).toMatch(/account name/)
    expect(asked).toEqual([])
  })
})

describe('when nobody can say, the password is taken', () => {
  test.each<[string, (response: ServerResponse) => void]>([
    ['an error', (response) => void response.writeHead(503).end()],
    ['a connection that breaks', (response) => void response.destroy()],
    ['silence', () => undefined],
    ['an answer that never ends', (response) => void response.write('0018A')],
  ])('for %s, and within two seconds', async (_, given) => {
    answer = given
    const findWeakness = await judge()
    const started = performance.now()
    expect(await findWeakness(LEAKED, PERSON)).toBeUndefined()
    expect(performance.now() - started).toBeLessThan(3_000)
    expect(asked).toHaveLength(1)
  })
})
