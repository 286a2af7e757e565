// npm run worker: does the jobs of the queue, and serves nothing. The servers beside it are then told WORKER=off.
// It is the production build without its door, so that a letter is drawn by the same code as everywhere.
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import path from 'node:path'
import { CliError, runScript, say } from './cli.mjs'
import { loadEnv, ROOT } from './setup.mjs'

await runScript(async () => {
  loadEnv()
  if (!existsSync(path.join(ROOT, '.next', 'BUILD_ID'))) throw new CliError('There is no production build yet. Run npm run build first.')
  if (!process.env.DATABASE_URL)
    throw new CliError('A worker of its own needs DATABASE_URL. Without one, the server brings its own database and does the jobs itself.')
  Object.assign(process.env, { NODE_ENV: 'production', WORKER: 'on' })
  const { exitSoon, untilStopped } = await import('./server.mjs')
  const stopped = untilStopped()
  const [{ default: next }, { prepareToServe, stopWorker }] = await Promise.all([import('next'), import('./serve.mjs')])
  const app = next({ dev: false, dir: ROOT, httpServer: createServer() }) // never told to listen
  try {
    await prepareToServe(app)
    say('The worker is at work.')
    await stopped
    say('Stopping: letting running jobs finish.')
    await stopWorker()
    await app.close()
  } finally {
    exitSoon()
  }
})
