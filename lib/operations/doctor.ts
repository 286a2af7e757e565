import 'server-only'
import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { secondsPending } from '@/lib/audit/append-to-chain'
import { EnvError, env, parseEnv } from '@/lib/platform/env'
import { verifyMailServer } from '@/lib/platform/mail/transport'
import { measureQueue } from '@/lib/platform/queue'
import { findConnectionFault, findMissingMigrations, findMissingQueue, findRoleFaults, readDatabaseClock } from '@/lib/platform/startup'
import { check, type Fault, type Finding, linesOf, skipped } from './check'
import { checkUrl } from './doctor-url'

const CLOCK_MAX_SECONDS = 2
const LAG_MAX_SECONDS = 300
const HOUR_MS = 60 * 60 * 1000
const BACKUP_MAX_HOURS = 26

/**
 * Checks a deployment for `npm run doctor`, and prints what is fine, what is wrong, and what to do.
 * @param url of the deployment, as its users reach it; `APP_URL` if omitted
 * @returns true if nothing is wrong
 */
export async function runDoctor({ url }: { url?: string | undefined }): Promise<boolean> {
  const findings = await findAll(url)
  for (const finding of findings) process.stdout.write(linesOf(finding))
  const wrong = findings.filter(({ state }) => state === 'wrong').length
  process.stdout.write(wrong ? `\n${wrong} wrong.\n` : '\nNothing is wrong.\n')
  return wrong === 0
}

async function findAll(url: string | undefined): Promise<Finding[]> {
  const settings = await check('Settings', async () => settingFaults(process.env))
  if (settings[0]?.state === 'wrong') return [...settings, skipped('Everything else', 'it needs the settings')]
  const { APP_URL, DATABASE_URL } = env()
  const connection = await check('Database', async () => faults([await findConnectionFault(DATABASE_URL)]))
  const ofDatabase =
    connection[0]?.state === 'fine' ? await checkDatabase() : [skipped('Role, migrations, clock, jobs', 'they need the database')]
  const [mail, backups, served] = await Promise.all([check('Mail server', checkMail), checkBackups(), checkUrl(url ?? APP_URL, APP_URL)])
  return [...settings, ...connection, ...ofDatabase, ...mail, ...backups, ...served]
}

/** Runs its checks one after another, so that none waits for a connection while the clock is compared. */
async function checkDatabase(): Promise<Finding[]> {
  return [
    ...(await check('Role and row-level security', async () => faults(await findRoleFaults()))),
    ...(await check('Migrations', async () => faults([...(await findMissingMigrations()), ...(await findMissingQueue())]))),
    ...(await check('Clock', () => checkClock())),
    ...(await check('Jobs', checkJobs)),
  ]
}

/** Returns the faults of a set of variables. The message of each says what to do. */
export function settingFaults(environment: Record<string, string | undefined>): Fault[] {
  try {
    parseEnv(environment)
    return []
  } catch (error) {
    if (!(error instanceof EnvError)) throw error
    return error.message.split('\n').map((detail) => ({ detail, remedy: '.env.example describes every setting.' }))
  }
}

/** Compares this machine's clock with the database's, which decides when sessions and links end. */
export async function checkClock(now: () => number = Date.now): Promise<string | Fault[]> {
  const before = now()
  const database = await readDatabaseClock()
  const after = now()
  const apart = Math.abs(database - (before + after) / 2) / 1000
  const detail = `${apart.toFixed(1)} s apart from the database's`
  if (apart - (after - before) / 2000 <= CLOCK_MAX_SECONDS) return detail
  return [{ detail, remedy: 'Synchronize both clocks with NTP. Authenticator app codes depend on this machine’s.' }]
}

/** Finds jobs and audit events that have waited too long, a queue without a worker, and jobs that have no retries left. */
export async function checkJobs(): Promise<string | Fault[]> {
  const [{ lag, idle, due, dead } = { lag: 0, idle: 0, due: 0, dead: 0 }] = await measureQueue()
  const pending = await secondsPending()
  const found: Fault[] = []
  if (lag > LAG_MAX_SECONDS)
    found.push({
      detail: `the oldest of ${due} due jobs has waited ${Math.round(lag)} s`,
      remedy: 'Start a worker: WORKER=on, or npm run worker.',
    })
  if (idle > LAG_MAX_SECONDS)
    found.push({
      detail: `no worker has queued a scheduled job for ${Math.round(idle)} s`,
      remedy: 'Start a worker: WORKER=on, npm run worker, or a scheduler that calls POST /api/jobs/run. It needs a minute.',
    })
  if (pending > LAG_MAX_SECONDS)
    found.push({
      detail: `an audit event has waited ${Math.round(pending)} s to be added to its chain`,
      remedy: 'Start a worker. If one runs, see its log, and run npm run audit:verify.',
    })
  if (dead)
    found.push({
      detail: `${dead} jobs have no retries left`,
      remedy: 'See npm run jobs:list, and run them again with npm run jobs:retry.',
    })
  return found.length ? found : `${due} due, the oldest for ${Math.round(lag)} s`
}

async function checkMail(): Promise<string | Fault[]> {
  const { MAIL, SMTP_URL } = env()
  if (MAIL === 'log') return [{ detail: 'MAIL=log: no email is sent', remedy: 'Set SMTP_URL, and remove MAIL.' }]
  if (!SMTP_URL) return 'the development mailbox'
  await verifyMailServer()
  return `${new URL(SMTP_URL).host} accepts the connection`
}

/** Checks the age of the newest file in BACKUP_FOLDER. A backup that was killed leaves a file that ends in .part. */
export async function checkBackups(folder = process.env.BACKUP_FOLDER): Promise<Finding[]> {
  if (!folder) return [skipped('Backups', 'set BACKUP_FOLDER to check the age of the newest')]
  return check('Backups', async () => {
    const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile() && !entry.name.endsWith('.part'))
    const times = files.map(({ name }) => statSync(path.join(folder, name)).mtimeMs)
    const hours = (Date.now() - Math.max(...times)) / HOUR_MS
    const detail = times.length ? `the newest is ${hours.toFixed(1)} h old` : 'there are none'
    return hours <= BACKUP_MAX_HOURS ? detail : [{ detail, remedy: 'Run npm run db:backup every day, and find out why it did not.' }]
  })
}

function faults(found: (string | undefined)[]): Fault[] {
  return found.flatMap((text) => {
    if (!text) return []
    const [detail = '', ...rest] = text.split(/(?<=\.) /)
    return [{ detail, remedy: rest.join(' ') || 'Run npm run db:migrate, and find out who changed it.' }]
  })
}
