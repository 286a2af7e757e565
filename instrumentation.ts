import type { Instrumentation } from 'next'

/** Runs once, before the first request is answered; never while building. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const isReady = await (await import('./lib/platform/startup')).boot()
    if (isReady) (await import('./lib/jobs/worker')).workHere()
  }
}

/** Every error that no page expected, as one line of the log, under the reference that the person is shown. */
export const onRequestError: Instrumentation.onRequestError = async (error, request, { routePath, routeType }) => {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { log } = await import('./lib/platform/log')
  log().error(
    { err: error, reference: request.headers['x-request-id'], method: request.method, route: routePath, in: routeType },
    'request failed',
  )
}
