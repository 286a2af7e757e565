import { randomBytes } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { expectUnchanged } from '../support/database-state'
import { HttpClient, ORIGIN, type RequestOptions } from '../support/http-client'
import { sendRaw } from '../support/raw-http'

const PATH = '/api/webhooks/example'
const SECRET = process.env.WEBHOOK_SECRET ?? ''

function newMessage(data: Record<string, unknown> = {}) {
  const [id, body, at] = [`msg_${randomBytes(8).toString('hex')}`, JSON.stringify({ type: 'invoice.paid', data }), new Date()]
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(SECRET).sign(id, at, body),
  }
  return { id, body, headers }
}

const send = (options: RequestOptions) => new HttpClient().request(PATH, { method: 'POST', origin: null, ...options })

test('accepts a signed message without an Origin, and accepts it again when resent', async () => {
  const { body, headers } = newMessage()
  for (let attempt = 0; attempt < 2; attempt += 1) expect((await send({ body, headers })).status).toBe(204)
})

test('accepts a signed message of 200 kB', async () => {
  const { body, headers } = newMessage({ text: 'x'.repeat(200_000) })
  expect((await send({ body, headers })).status).toBe(204)
})

// ASVS 4.1.5
test('rejects a message without a valid signature with 401, and changes nothing', async () => {
  const { body, headers } = newMessage()
  for (const forged of [
    {},
    { ...headers, 'webhook-signature': `v1,${randomBytes(32).toString('base64')}` },
    { ...headers, 'webhook-id': 'x' },
  ]) {
    expect((await expectUnchanged(() => send({ body, headers: forged }))).status).toBe(401)
  }
})

// ASVS 4.1.5
test('rejects a message with a session instead of a signature', async () => {
  const { body } = newMessage()
  expect((await expectUnchanged(() => send({ body, origin: ORIGIN, headers: { 'sec-fetch-site': 'same-origin' } }))).status).toBe(401)
})

test('rejects a body above the limit of the route with 413', async () => {
  const { body, headers } = newMessage({ text: 'x'.repeat(300_000) })
  expect((await expectUnchanged(() => send({ body, headers }))).status).toBe(413)
})

// ASVS 15.2.2
test('rejects a body without a length once it reaches the limit of the route', async () => {
  const piece = `4000\r\n${'x'.repeat(0x4000)}\r\n`
  const head = `POST ${PATH} HTTP/1.1\nHost: ${new URL(ORIGIN).host}\nTransfer-Encoding: chunked\nConnection: close\n\n`
  expect((await expectUnchanged(() => sendRaw(head, `${piece.repeat(32)}0\r\n\r\n`))).status).toBe(413)
})

// ASVS 3.5.1
test.each(['/api/webhooks', '/api/webhooks/other', `${PATH}/more`, '/api/auth/signout', '/login'])(
  'rejects a POST without an Origin on every other route: %s',
  async (path) => {
    const { body, headers } = newMessage()
    const response = await expectUnchanged(() => new HttpClient().request(path, { method: 'POST', origin: null, body, headers }))
    expect(response.status).toBe(403)
  },
)
