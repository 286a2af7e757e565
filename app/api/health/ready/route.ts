import { readiness } from '@/lib/platform/startup'

export const dynamic = 'force-dynamic'

const RETRY_AFTER_SECONDS = 5

/** Answers 200 if the database responds, is migrated, and its role cannot bypass row-level security; otherwise 503. */
export async function GET(): Promise<Response> {
  const checks = await readiness()
  const isReady = Object.values(checks).every((check) => check === 'ok')
  return Response.json(
    { status: isReady ? 'ok' : 'unavailable', checks },
    {
      status: isReady ? 200 : 503,
      headers: { 'cache-control': 'no-store', ...(isReady ? {} : { 'retry-after': String(RETRY_AFTER_SECONDS) }) },
    },
  )
}
