// npm run worker: runs the jobs of the queue without a web server, for servers that run with WORKER=off.
// It loads the instrumentation of the production build, so that it runs the same code as the server.
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { CliError, runScript } from '../lib/platform/cli.mjs'
import { onNpmExit } from './process.mjs'
import { loadEnv, standaloneServer } from './setup.mjs'

const HEARTBEAT_MS = 10_000

await runScript(async () => {
  loadEnv()
  const server = standaloneServer()
  if (!process.env.DATABASE_URL) {
    throw new CliError('The worker needs DATABASE_URL. A server with an embedded PostgreSQL runs the jobs itself.')
  }
  Object.assign(process.env, { NODE_ENV: 'production', NEXT_RUNTIME: 'nodejs' })
  onNpmExit(() => process.kill(process.pid, 'SIGTERM'))
  process.chdir(new URL('.', server).pathname)
  const require = createRequire(server)
  require('next/dist/server/node-environment')
  await require('./.next/server/instrumentation.js').runWorker()
  const { HEARTBEAT_FILE: file } = process.env
  if (file) setInterval(() => writeFileSync(file, ''), HEARTBEAT_MS)
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(0)) // waits for the jobs in progress
})
