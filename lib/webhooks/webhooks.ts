import 'server-only'
import { createHash } from 'node:crypto'
import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import { z } from 'zod'
import { database } from '@/lib/platform/db'
import { log } from '@/lib/platform/log'
import { type Jobs, queueJob } from '@/lib/platform/queue'

/** Longer than senders retry. Standard Webhooks suggests a little more than one day. */
const REMEMBERED_DAYS = 7

const messageSchema = z.object({ type: z.string().min(1).max(200), data: z.record(z.string(), z.unknown()) })

/** A message with a valid signature. `data` is not validated, so parse it before use. */
export type WebhookMessage = Jobs['handle-webhook']

/**
 * Verifies a message and queues the job that handles it. One transaction stores the job and the message id, so a message is
 * queued only once, even if it is sent again or twice at the same time.
 * @param secrets each of which may have signed the message
 * @param body exactly as received, because the signature covers every byte
 * @returns `rejected` if the signature is wrong or more than five minutes old, or the body is not a message
 * @throws DatabaseUnavailable if nothing was stored, so that the sender must retry
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

/** Verifies the signature with each secret. @returns the parsed body; undefined if no secret matches */
function verify(secrets: string[], headers: Headers, body: string): unknown {
  for (const secret of secrets) {
    try {
      return new Webhook(secret).verify(body, Object.fromEntries(headers))
    } catch (error) {
      if (!(error instanceof WebhookVerificationError || error instanceof SyntaxError)) throw error // otherwise try the next secret
    }
  }
  return undefined
}

/** Handles a message, as a job that may run more than once. Replace the log line with a case for each `type` that you handle. */
export async function handleWebhook({ id, type }: WebhookMessage): Promise<void> {
  log().info({ webhook: id, type }, 'webhook handled')
}
