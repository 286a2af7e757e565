// npm start: the production server. It runs Next's standalone server in this process; a container can run
// `.next/standalone/server.js` directly. It migrates only its embedded PostgreSQL.
import { CliError, runScript, say } from '../lib/platform/cli.mjs'
import { onNpmExit, requireFreePort } from './process.mjs'
import { loadEnv, standaloneServer } from './setup.mjs'

await runScript(async () => {
  loadEnv()
  const server = standaloneServer()
  const port = await requireFreePort()
  if (!process.env.DATABASE_URL) await startEmbeddedDatabase()
  Object.assign(process.env, { NODE_ENV: 'production', PORT: String(port), HOSTNAME: process.env.HOSTNAME_TO_BIND || '0.0.0.0' })
  onNpmExit(() => process.kill(process.pid, 'SIGTERM'))
  process.once('SIGTERM', () => say('Stopping: finishing requests and jobs in progress.'))
  await import(server)
})

async function startEmbeddedDatabase() {
  if (process.env.EMBEDDED_POSTGRES !== 'on') {
    throw new CliError('DATABASE_URL is required in production. To run with the embedded PostgreSQL instead, set EMBEDDED_POSTGRES=on.')
  }
  const { startEmbedded } = await import('./database.mjs')
  const postgres = await startEmbedded()
  Object.assign(process.env, { DATABASE_URL: postgres.url('runtime'), DATABASE_OWNER_URL: postgres.url('owner') })
}
