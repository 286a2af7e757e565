// npm run test:container: assembles the root directory of the image from the steps of the Dockerfile, without Docker, and runs
// the migration, the server, the worker, a call from a scheduler, and the operator's commands from it, as a user without
// privileges who can write only to /tmp. --no-build uses the build that exists.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { CliError, runScript, say } from '../../lib/platform/cli.mjs'
import { freePort, type Postgres, startPostgres } from '../../scripts/postgres.mjs'
import { freshSecret } from '../../scripts/setup.mjs'
import { startMailServer } from '../run/mail-server.mjs'
import { build, NO_SETTINGS } from '../run/server.mjs'
import { HttpClient } from '../support/http-client'
import * as labels from '../support/labels'
import { assemble, type Image, NOBODY } from './image'

const READY_TIMEOUT_MS = 60_000

/** What an operator runs in the container, after the backup. */
const COMMANDS = [
  'lib/operations/cli/doctor.mjs',
  'lib/operations/cli/jobs.mjs list',
  'lib/operations/cli/suspend.mjs --email ada@example.com',
  'lib/operations/cli/suspend.mjs --email ada@example.com --restore',
  'lib/operations/cli/sessions.mjs --email ada@example.com',
  'lib/audit/cli/verify.mjs',
  'lib/audit/cli/export.mjs',
  'lib/backup/cli/restore-account.mjs --account account-of-ada --from BACKUP',
  'lib/backup/cli/restore.mjs --to RESTORED --from BACKUP',
]

await runScript(async () => {
  if (!process.argv.includes('--no-build')) await build()
  const folder = mkdtempSync(path.join(tmpdir(), 'atrium-container-'))
  chmodSync(folder, 0o755)
  const postgres = await startPostgres(path.join(folder, 'postgres'), { durable: false })
  const mail = { folder: path.join(folder, 'mail'), ...(await startMailServer(path.join(folder, 'mail'))) }
  try {
    return await tryImage(assemble(path.join(folder, 'image')), postgres, mail)
  } finally {
    await mail.stop()
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
})

async function tryImage(image: Image, postgres: Postgres, mail: { folder: string; url: string }): Promise<number> {
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const DATABASE_URL = postgres.url('runtime')
  const secrets = { AUTH_SECRET: freshSecret(), PASSWORD_PEPPER: freshSecret(), FACTOR_KEY: freshSecret() }
  const sender = { MAIL: '', SMTP_URL: mail.url, MAIL_FROM: 'Heron <heron@example.com>' }
  const settings = { ...secrets, ...sender, DATABASE_URL, APP_URL: origin, JOBS_SECRET: freshSecret(), WORKER: 'off', PORT: String(port) }
  const owner = { DATABASE_URL, DATABASE_OWNER_URL: postgres.url('owner') }
  const backup = {
    BACKUP_DATABASE_URL: postgres.url('superuser'),
    BACKUP_KEY: freshSecret(),
    BACKUP_FOLDER: path.join(image.root, 'backups'),
  }
  const mailed = (count: number) => until(async () => readdirSync(mail.folder).length >= count)

  const migrated = start(image, ['node', 'scripts/db.mjs', 'migrate'], owner)
  check('the migration applies every migration', (await migrated.ended) === 0 && /Applied: .*front_door/.test(migrated.output()), migrated)

  const server = start(image, image.command, settings)
  let worker: Started | undefined
  const heartbeat = path.join(tmpdir(), `atrium-heartbeat-${process.pid}`)
  try {
    check('the server is ready', await until(async () => (await fetch(`${origin}/api/health/ready`)).ok), server)
    check('the health check of the image passes', (await start(image, image.healthcheck, settings).ended) === 0, server)
    check('sign-up works over HTTP', await signUp(origin, 'ada'), server)
    check('a call of a scheduler runs the jobs', await callScheduler(origin, settings.JOBS_SECRET), server)
    check('and the confirmation email is sent', await mailed(1), server)

    const running = start(image, ['node', 'scripts/worker.mjs'], { ...settings, HEARTBEAT_FILE: heartbeat })
    worker = running
    check('the worker runs', await until(async () => running.output().includes('The worker is running')), running)
    check('a second user signs up', await signUp(origin, 'bo'), server)
    check('the worker sends the confirmation email', await mailed(2), running)
    check('the worker touches its file', await until(async () => existsSync(heartbeat)), running)
    const saved = start(image, ['node', 'lib/backup/cli/backup.mjs'], backup)
    check('node lib/backup/cli/backup.mjs', (await saved.ended) === 0, saved)
    const examples = {
      BACKUP: path.join(backup.BACKUP_FOLDER, readdirSync(backup.BACKUP_FOLDER)[0] ?? ''),
      RESTORED: await createDatabase(postgres),
    }
    for (const command of COMMANDS) {
      const args = command.split(' ').map((word) => examples[word as keyof typeof examples] ?? word)
      const ran = start(image, ['node', ...args], { ...settings, ...owner, ...backup })
      check(`node ${command}`, (await ran.ended) === 0, ran)
    }
    check('static files are served', await servesStatic(origin), server)
    check('no file of the image was changed, and none was added', countWritable(image.app) === 0, server)
  } finally {
    await Promise.all([server.stop(), worker?.stop()])
    rmSync(heartbeat, { force: true })
  }
  check('the server and the worker end on SIGTERM', (await server.ended) === 143 && (await worker?.ended) === 0, server)
  return 0
}

/** Creates an empty database that the owner role owns. @returns its URL */
async function createDatabase(postgres: Postgres): Promise<string> {
  const client = new pg.Client({ connectionString: postgres.url('superuser') })
  await client.connect()
  await client.query('CREATE DATABASE restored OWNER atrium_owner').finally(() => client.end())
  return postgres.url('owner', 'restored')
}

type Started = { output: () => string; ended: Promise<number>; stop: () => Promise<void> }

/** Starts a command of the image. */
function start({ app, env }: Image, [program = '', ...args]: string[], settings: Record<string, string>): Started {
  const child: ChildProcess = spawn(program === 'node' ? process.execPath : program, args, {
    cwd: app,
    env: { PATH: process.env.PATH, ...NO_SETTINGS, ...env, ...settings } as unknown as NodeJS.ProcessEnv,
    ...(process.getuid?.() === 0 ? NOBODY : {}),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  const ended = once(child, 'close').then(([code, signal]) => (code ?? (signal === 'SIGTERM' ? 143 : 1)) as number)
  return {
    output: () => output,
    ended,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

function check(what: string, isTrue: boolean, process: Started): void {
  if (!isTrue) throw new CliError(`Failed: ${what}. Output:\n${process.output()}`)
  say(`ok  ${what}`)
}

async function until(condition: () => Promise<boolean>): Promise<boolean> {
  for (const deadline = Date.now() + READY_TIMEOUT_MS; Date.now() < deadline; await sleep(200)) {
    if (await condition().catch(() => false)) return true
  }
  return false
}

/** Does what the scheduler of a platform does every minute. */
async function callScheduler(origin: string, secret: string): Promise<boolean> {
  const answer = await fetch(`${origin}/api/jobs/run`, { method: 'POST', headers: { authorization: `Bearer ${secret}` } })
  const { ran, done } = (await answer.json()) as { ran: number; done: boolean }
  say(`    It answered ${answer.status} {"ran":${ran},"done":${done}}.`)
  return answer.status === 200 && ran > 0 && done
}

/** Registers without JavaScript, as a browser does. */
async function signUp(origin: string, name: string): Promise<boolean> {
  const fields = { accountName: `Account of ${name}`, email: `${name}@example.com`, password: 'nine purple herons wading' }
  const client = new HttpClient(origin)
  return (await client.follow(await client.submit('/register', labels.createAccount, fields))).text.includes(fields.email)
}

async function servesStatic(origin: string): Promise<boolean> {
  const page = await (await fetch(`${origin}/login`)).text()
  const [script = ''] = page.match(/\/_next\/static\/[^"]+\.(js|css)/) ?? []
  return script !== '' && (await fetch(`${origin}${script}`)).ok
}

/** Counts the files that can be written, such as new ones. */
function countWritable(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum: number, entry) => {
    const file = path.join(folder, entry.name)
    if (entry.isDirectory()) return sum + countWritable(file)
    return sum + (entry.isFile() && statSync(file).mode & 0o222 ? 1 : 0)
  }, 0)
}
