import { randomBytes } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { receiveWebhook } from '@/lib/webhooks/webhooks'
import { atOnce } from '../../support/at-once'
import { asSuperuser } from '../../support/database'

const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`
const SECRET = newSecret()
const MINUTE_MS = 60_000

const newMessage = (type = 'invoice.paid') => ({
  id: `msg_${randomBytes(8).toString('hex')}`,
  body: JSON.stringify({ type, data: { invoice: 1 } }),
})

function sign({ id, body }: { id: string; body: string }, { secret = SECRET, ageMs = 0 } = {}): Headers {
  const at = new Date(Date.now() - ageMs)
  return new Headers({
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  })
}

async function queuedJobs(id: string) {
  return asSuperuser(
    `SELECT payload FROM graphile_worker._private_jobs AS jobs JOIN graphile_worker._private_tasks AS tasks ON tasks.id = jobs.task_id
      WHERE identifier = 'handle-webhook' AND payload ->> 'id' = $1`,
    [id],
  )
}

describe('receiveWebhook', () => {
  test('queues one job with its id, type, and data', async () => {
    const message = newMessage()
    expect(await receiveWebhook([SECRET], sign(message), message.body)).toBe('queued')
    expect(await queuedJobs(message.id)).toEqual([{ payload: { id: message.id, type: 'invoice.paid', data: { invoice: 1 } } }])
  })

  test('queues no second job when the message is sent again with a new timestamp and signature', async () => {
    const message = newMessage()
    expect(await receiveWebhook([SECRET], sign(message, { ageMs: 2 * MINUTE_MS }), message.body)).toBe('queued')
    expect(await receiveWebhook([SECRET], sign(message), message.body)).toBe('duplicate')
    expect(await queuedJobs(message.id)).toHaveLength(1)
  })

  test('queues one job when a message arrives 20 times at the same time', async () => {
    const message = newMessage()
    const outcomes = await atOnce(20, () => receiveWebhook([SECRET], sign(message), message.body))
    expect(outcomes.filter((outcome) => outcome === 'queued')).toHaveLength(1)
    expect(await queuedJobs(message.id)).toHaveLength(1)
  })

  test('accepts a signature by any of several secrets', async () => {
    const [message, other] = [newMessage(), newSecret()]
    expect(await receiveWebhook([newSecret(), other], sign(message, { secret: other }), message.body)).toBe('queued')
  })

  // ASVS 4.1.5
  test.each<[string, (message: { id: string; body: string }) => [Headers, string]]>([
    ['without a signature', ({ id, body }) => [new Headers({ 'webhook-id': id }), body]],
    ['signed with another secret', (message) => [sign(message, { secret: newSecret() }), message.body]],
    ['with a body that differs by one space', (message) => [sign(message), `${message.body} `]],
    [
      'with the id of another message',
      (message) => {
        const headers = sign(message)
        headers.set('webhook-id', 'msg_other')
        return [headers, message.body]
      },
    ],
    ['signed more than five minutes ago', (message) => [sign(message, { ageMs: 5 * MINUTE_MS + 2_000 }), message.body]],
    ['signed more than five minutes in the future', (message) => [sign(message, { ageMs: -5 * MINUTE_MS - 2_000 }), message.body]],
    ['that is not JSON', ({ id }) => [sign({ id, body: 'paid' }), 'paid']],
    ['without a type', ({ id }) => [sign({ id, body: '{"data":{}}' }), '{"data":{}}']],
  ])('rejects a message %s, and queues nothing', async (_, change) => {
    const message = newMessage()
    expect(await receiveWebhook([SECRET], ...change(message))).toBe('rejected')
    expect(await queuedJobs(message.id)).toEqual([])
  })
})
