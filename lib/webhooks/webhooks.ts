import 'server-only'
import { createHash } from 'node:crypto'
import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import { z } from 'zod'
import { database } from '@/lib/platform/db'
import { log } from '@/lib/platform/log'
import { type Jobs, queueJob } from '@/lib/platform/queue'

/** Longer than a sender retries: Standard Webhooks suggests just over one day. */
const REMEMBERED_DAYS = 7

const messageSchema = z.object({ type: z.string().min(1).max(200), data: z.record(z.string(), z.unknown()) })

/** A verified message. `data` is still what the sender chose to send: parse it before use. */
export type WebhookMessage = Jobs['handle-webhook']

/**
 * Verifies a message and queues the job that handles it. The job and the message id are stored in one transaction, so each
 * message is handled once, even when it is sent again or twice at the same time.
 * @param secrets any of them may have signed the message
 * @param body as it was received, because the signature covers every byte of it
 * @returns `rejected` when the signature is wrong, is more than five minutes old, or covers something that is not a message
 * @throws DatabaseUnavailable when nothing was stored, so the sender must send it again
 */
export async function receiveWebhook(secrets: string[], headers: Headers, body: string): Promise<'queued' | 'duplicate' | 'rejected'> {
  const id = headers.get('webhook-id') ?? ''
  const parsed = messageSchema.safeParse(verify(secrets, headers, body))
  if (!parsed.success) {
    log().warn({ webhook: id.slice(0, 100) }, 'webhook rejected')
    return 'rejected'
  }
  return database().$transaction(async (tx) => {
    const key = `webhook:${createHash('sha256').update(id).digest('base64url')}`
    const isNew = await tx.$executeRaw`
      INSERT INTO limits (key, points, expire)
      VALUES (${key}, 1, (extract(epoch FROM now() + ${REMEMBERED_DAYS} * interval '1 day') * 1000)::bigint)
      ON CONFLICT (key) DO NOTHING`
    if (!isNew) return 'duplicate'
    await queueJob(tx, 'handle-webhook', { id, ...parsed.data })
    return 'queued'
  })
}

/** @returns the parsed body, or undefined when no secret verifies the signature */
function verify(secrets: string[], headers: Headers, body: string): unknown {
  for (const secret of secrets) {
    try {
      return new Webhook(secret).verify(body, Object.fromEntries(headers))
    } catch (error) {
      if (!(error instanceof WebhookVerificationError || error instanceof SyntaxError)) throw error // another secret may fit
    }
  }
  return undefined
}

/** The job of a message. Replace the log line with a case for each `type` that you handle. It may run more than once. */
export async function handleWebhook({ id, type }: WebhookMessage): Promise<void> {
  log().info({ webhook: id, type }, 'webhook handled')
}
