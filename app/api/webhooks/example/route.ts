import { handlerWithPolicy } from '@/lib/handler'
import { env } from '@/lib/platform/env'
import { receiveWebhook } from '@/lib/webhooks/webhooks'
import { policy } from './route.policy'

export const dynamic = 'force-dynamic'

/**
 * Receives webhooks that are signed as in the Standard Webhooks specification. The signature covers the raw body, so the body
 * is read as text and parsed only after verification. The sender retries on any status other than 2xx.
 */
export const POST = handlerWithPolicy(policy, async (request, body) => {
  const secrets = env().WEBHOOK_SECRET
  if (!secrets) return new Response(null, { status: 404 })
  const outcome = await receiveWebhook(secrets, request.headers, await new Response(body).text())
  return new Response(null, { status: outcome === 'rejected' ? 401 : 204 })
})
