// npm run dev: prepares a fresh clone and runs the development server. All its child processes end with it.
import { rmSync, watch, writeFileSync } from 'node:fs'
import path from 'node:path'
import { CliError, runScript, say } from '../lib/platform/cli.mjs'
import { migrateAndReport, startEmbedded } from './database.mjs'
import { requireFreePort, untilStopped } from './process.mjs'
import { DEV_NOTE, dataFolder, endRuns, generateClient, loadEnv, prepare, ROOT, readDevNote, run, writeFirstEnv } from './setup.mjs'

await runScript(async () => {
  takeLock()
  untilStopped().then(async () => {
    await endRuns()
    process.exit(0)
  })
  await prepare()
  writeFirstEnv()
  loadEnv()
  const port = await requireFreePort()
  const isEmbedded = !process.env.DATABASE_URL
  await prepareDatabase()
  const { APP_URL: url = `http://localhost:${port}`, DATABASE_URL: runtimeUrl, DATABASE_OWNER_URL: ownerUrl } = process.env
  writeNote({ url, runtimeUrl, ownerUrl, isEmbedded })
  watch(path.join(ROOT, 'prisma'), (_, file) => void (file === 'schema.prisma' && regenerateClient())).unref()
  const hostname = process.env.HOSTNAME_TO_BIND || 'localhost'
  return run(process.execPath, ['node_modules/next/dist/bin/next', 'dev', '-p', String(port), '-H', hostname])
})

async function prepareDatabase() {
  const { DATABASE_URL: runtimeUrl, DATABASE_OWNER_URL: ownerUrl } = process.env
  if (!runtimeUrl) {
    const postgres = await startEmbedded()
    Object.assign(process.env, { DATABASE_URL: postgres.url('runtime'), DATABASE_OWNER_URL: postgres.url('owner') })
  } else if (ownerUrl) await migrateAndReport({ ownerUrl, runtimeUrl })
}

/** Regenerates the Prisma client after a change of the schema. Next then reloads the modules that import it. */
async function regenerateClient() {
  try {
    if (await generateClient()) say('The schema changed: generated the Prisma client. Add a migration, then run npm run db:migrate.')
  } catch (error) {
    say(error instanceof CliError ? error.message : String(error)) // the next save runs this again
  }
}

/** Refuses to run twice in a checkout: both servers would use the same database and build folder. */
function takeLock() {
  const running = readDevNote()
  if (running) {
    throw new CliError(
      `npm run dev is already running in this checkout${running.url ? ` at ${running.url}` : ', and still starting'} (pid ${running.pid}). Use that one, or stop it: kill ${running.pid}`,
    )
  }
  writeNote({})
  process.once('exit', () => rmSync(DEV_NOTE, { force: true }))
}

/** Writes the file by which other commands find this server and its database. @param {{ url?: string, runtimeUrl?: string | undefined, ownerUrl?: string | undefined, isEmbedded?: boolean }} facts */
function writeNote(facts) {
  dataFolder()
  writeFileSync(DEV_NOTE, JSON.stringify({ pid: process.pid, ...facts }), { mode: 0o600 })
}
