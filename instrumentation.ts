import type { Instrumentation } from 'next'

/** Runs once in each server process, before it answers its first request. It does not run during a build. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === 'nodejs') await (await import('./instrumentation-node')).startServer()
}

/** Runs the job worker alone, for `scripts/worker.mjs`. */
export async function runWorker(): Promise<void> {
  if (process.env.NEXT_RUNTIME === 'nodejs') await (await import('./instrumentation-node')).startWorkerAlone()
}

/** Checks the deployment, for `lib/operations/cli/doctor.mjs`. */
export async function runDoctor(options: { url?: string }): Promise<boolean> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return false
  return (await import('./lib/operations/doctor')).runDoctor(options)
}

/** Logs each unexpected error. The error page shows the same digest as its reference. */
export const onRequestError: Instrumentation.onRequestError = async (error, request, { routePath, routeType }) => {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { log } = await import('./lib/platform/log')
  const { digest } = error as { digest?: string }
  log().error(
    { err: error, digest, request: request.headers['x-request-id'], method: request.method, route: routePath, in: routeType },
    'request failed',
  )
}
