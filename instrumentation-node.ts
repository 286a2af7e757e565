import 'server-only'
import { prepareIncomingRequests } from './lib/http/incoming-requests'
import { startWorkerOnce, stopStartedWorker } from './lib/jobs/worker'
import { type Env, env } from './lib/platform/env'
import { exitAfter } from './lib/platform/shutdown'
import { exitUnlessConfigured, exitUnlessReady } from './lib/platform/startup'

/** Prepares this process to serve: checks what it needs, then starts the worker unless `WORKER=off`. */
export async function startServer(): Promise<void> {
  const startup = exitAfter(stopStartedWorker)
  exitUnlessConfigured()
  prepareIncomingRequests()
  await exitUnlessReady()
  if (env().WORKER === 'on') startWorkerOnce()
  startup.done()
  process.stdout.write(`Ready at ${env().APP_URL}\n${env().NODE_ENV === 'development' ? nextSteps(env()) : ''}`)
}

function nextSteps({ APP_URL, SMTP_URL }: Env): string {
  const mail = SMTP_URL ? '' : `  Read the mail it sends at ${APP_URL}/dev/mailbox.\n`
  return `\n  Next: open it and create an account, or run \`npm run db:seed\` for demo data.\n${mail}  Build your product in app/private.\n\n`
}

/** Runs the jobs of the queue, after the same checks. */
export async function startWorkerAlone(): Promise<void> {
  const startup = exitAfter(stopStartedWorker)
  exitUnlessConfigured()
  await exitUnlessReady()
  startWorkerOnce()
  startup.done()
  process.stdout.write('The worker is running.\n')
}
