// From settings to a server that answers, and back to nothing: shared by `npm run dev` and `npm start`.
import { CliError, say } from './cli.mjs'

const LINGER_MS = 300
const LOOK_FOR_NPM_MS = 500

/**
 * Starts what is needed, serves until SIGINT or SIGTERM, and ends it all again.
 * @param {{ dev: boolean, dataDir: string, onReady: (url: string) => void }} options dataDir: for PostgreSQL, when DATABASE_URL is unset
 */
export async function serveUntilStopped({ dev, dataDir, onReady }) {
  const stopped = untilStopped()
  Object.assign(process.env, { NODE_ENV: dev ? 'development' : 'production' })
  const port = Number(process.env.PORT || 3000)
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new CliError('PORT must be a port number.')
  await requireFreePort(port)
  const postgres = process.env.DATABASE_URL ? undefined : await ownDatabase(dataDir)
  try {
    if (process.env.DATABASE_URL && dev && process.env.DATABASE_OWNER_URL) await migrateGiven()
    const { serve } = await import('./serve.mjs')
    const appUrl = originOf(process.env.APP_URL) ?? `http://localhost:${port}`
    const server = await serve({ appUrl, dev, port, hostname: process.env.HOSTNAME_TO_BIND || (dev ? 'localhost' : '0.0.0.0') })
    onReady(appUrl)
    await stopped
    if (!dev) say('Stopping: letting running requests finish.')
    await server.close()
  } finally {
    await postgres?.stop()
    exitSoon()
  }
}

/**
 * Resolves when the process is asked to end: by a signal, because npm has gone, which does not hand every signal on to what
 * it runs, or because whoever read its output has. Unheard, that last error would itself be put out, and so on without end.
 */
export function untilStopped() {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, resolve)
    for (const output of [process.stdout, process.stderr]) output.on('error', resolve)
    if (!process.env.npm_lifecycle_event) return
    const npm = process.ppid
    setInterval(() => process.ppid !== npm && resolve(undefined), LOOK_FOR_NPM_MS).unref()
  })
}

/** Next's own workers can keep the process alive after its end. */
export function exitSoon() {
  setTimeout(() => process.exit(), LINGER_MS).unref()
}

/** @param {string} dataDir */
async function ownDatabase(dataDir) {
  const [{ startPostgres }, { migrate }] = await Promise.all([import('./postgres.mjs'), import('./migrate.mjs')])
  const postgres = await startPostgres(dataDir)
  try {
    const applied = await migrate({ ownerUrl: postgres.url('owner'), runtimeUrl: postgres.url('runtime') })
    if (applied.length) say(`Migrated: ${applied.join(', ')}`)
  } catch (error) {
    await postgres.stop()
    throw error
  }
  Object.assign(process.env, { DATABASE_URL: postgres.url('runtime'), DATABASE_OWNER_URL: postgres.url('owner') })
  return postgres
}

async function migrateGiven() {
  const { migrate } = await import('./migrate.mjs')
  const { DATABASE_OWNER_URL: ownerUrl = '', DATABASE_URL: runtimeUrl = '' } = process.env
  const applied = await migrate({ ownerUrl, runtimeUrl })
  if (applied.length) say(`Migrated: ${applied.join(', ')}`)
}

/** Says so before anything is started. @param {number} port @returns {Promise<void>} */
async function requireFreePort(port) {
  const { createServer } = await import('node:net')
  await new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error) => {
      const { code } = /** @type {NodeJS.ErrnoException} */ (error)
      const script = process.env.npm_lifecycle_event ?? 'dev'
      reject(
        code === 'EADDRINUSE'
          ? new CliError(
              `Port ${port} is taken by another program. Stop it, or choose another: PORT=${port + 1} npm ${script === 'start' ? 'start' : `run ${script}`}`,
            )
          : error,
      )
    })
    probe.listen(port, () => probe.close(() => resolve(undefined)))
  })
}

/** lib/platform/env.ts judges APP_URL, and says what is wrong with it. @param {string | undefined} url */
function originOf(url) {
  return url && URL.canParse(url) ? new URL(url).origin : undefined
}
