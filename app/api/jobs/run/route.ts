import { handlerWithPolicy } from '@/lib/handler'
import { consumeLimit } from '@/lib/http/limits/limits'
import { RateLimited } from '@/lib/http/limits/rate-limited'
import { requestInfo } from '@/lib/http/request-info'
import { isAuthorized, runDueJobs } from '@/lib/jobs/run-due'
import { env } from '@/lib/platform/env'
import { policy } from './route.policy'

export const dynamic = 'force-dynamic'
export const maxDuration = 60

/**
 * Runs the jobs that are due, for a scheduler on a platform where no worker can run. The caller sends one of JOBS_SECRET as a
 * bearer token.
 */
export const POST = handlerWithPolicy(policy, async (request) => {
  const secrets = env().JOBS_SECRET
  if (!secrets) return new Response(null, { status: 404 })
  try {
    await consumeLimit('jobs-run', { request: requestInfo(request.headers) })
  } catch (error) {
    if (!(error instanceof RateLimited)) throw error
    return new Response(null, { status: 429, headers: { 'retry-after': String(error.retryAfterSeconds) } })
  }
  if (!isAuthorized(secrets, request.headers.get('authorization'))) {
    return new Response(null, { status: 401, headers: { 'www-authenticate': 'Bearer' } })
  }
  return Response.json(await runDueJobs(), { headers: { 'cache-control': 'private, no-store' } })
})
