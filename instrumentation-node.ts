import 'server-only'
import { readRoutes } from './lib/http/app-routes'
import { prepareIncomingRequests } from './lib/http/incoming-requests'
import { pathForLog } from './lib/http/request-log'
import { type Env, env } from './lib/platform/env'
import { exitAfter } from './lib/platform/shutdown'
import { exitUnlessConfigured, exitUnlessReady } from './lib/platform/startup'

/** What the first requests do not need starts after them. A sign-in before that starts the hashing threads itself. */
const BACKGROUND_DELAY_MS = 500

/**
 * Checks what this process needs, and prepares it to serve. The worker, unless `WORKER=off`, and the hashing threads start
 * later, with the database connections.
 */
export async function startServer(): Promise<void> {
  const startup = exitAfter(stop)
  exitUnlessConfigured()
  await startTelemetry()
  prepareIncomingRequests(readRoutes())
  await exitUnlessReady()
  startup.done()
  setTimeout(startBackground, BACKGROUND_DELAY_MS).unref()
  process.stdout.write(`Ready at ${env().APP_URL}\n${env().NODE_ENV === 'development' ? nextSteps(env()) : ''}`)
}

async function startBackground(): Promise<void> {
  await (await import('./lib/platform/db')).openConnections()
  if (env().WORKER === 'on') await startWorker()
  const { startHashing } = await import('./lib/password/pool')
  await startHashing()
}

let stopWorker = async (): Promise<void> => undefined
let stopTelemetry = async (): Promise<void> => undefined

async function stop(): Promise<void> {
  await stopWorker()
  await stopTelemetry()
}

/** Loads OpenTelemetry only if it has somewhere to export to, so that it costs nothing otherwise. */
async function startTelemetry(): Promise<void> {
  if (!env().OTEL_EXPORTER_OTLP_ENDPOINT) return
  stopTelemetry = (await import('./lib/platform/telemetry/start')).startTelemetry(pathForLog)
  ;(await import('./lib/jobs/metrics')).observeJobs()
}

async function startWorker(): Promise<void> {
  const { startWorkerOnce, stopStartedWorker } = await import('./lib/jobs/worker')
  stopWorker = stopStartedWorker
  startWorkerOnce()
}

function nextSteps({ APP_URL, SMTP_URL }: Env): string {
  const mail = SMTP_URL ? '' : `  Read the mail it sends at ${APP_URL}/dev/mailbox.\n`
  return `\n  Next: open it and create an account, or run \`npm run db:seed\` for demo data.\n${mail}  Build your product in app/private.\n\n`
}

/** Runs the jobs of the queue, after the same checks. */
export async function startWorkerAlone(): Promise<void> {
  const startup = exitAfter(stop)
  exitUnlessConfigured()
  await startTelemetry()
  await exitUnlessReady()
  await startWorker()
  startup.done()
  process.stdout.write('The worker is running.\n')
}
