import { execFile, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { writeBackup } from '@/lib/backup/backup.mjs'
import { connect } from '../../scripts/connect.mjs'
import { backUp } from '../support/backups'
import { asSuperuser } from '../support/database'

// What the operator's commands say when they are used wrongly or fail: one line with the cause and what to do, and nothing half done.

const ROOT = path.resolve(import.meta.dirname, '../..')
const SUPERUSER = process.env.DATABASE_SUPERUSER_URL ?? ''
const AWAY = 'postgresql://o:p@127.0.0.1:1/x'
const COMMANDS: Record<string, string[]> = {
  'jobs:list': ['lib/operations/cli/jobs.mjs', 'list'],
  'jobs:retry': ['lib/operations/cli/jobs.mjs', 'retry', '--all'],
  'sessions:end': ['lib/operations/cli/sessions.mjs', '--email', 'a@example.com'],
  'user:suspend': ['lib/operations/cli/suspend.mjs', '--email', 'a@example.com'],
  'user:reset-factors': ['lib/factors/cli/reset.mjs', '--email', 'a@example.com'],
  'audit:export': ['lib/audit/cli/export.mjs'],
  'audit:verify': ['lib/audit/cli/verify.mjs'],
  'db:backup': ['lib/backup/cli/backup.mjs', '--to', '/tmp/none.backup'],
  'account:restore': ['lib/backup/cli/restore-account.mjs', '--account', 'a', '--from', '/tmp/none.backup'],
  'db:migrate': ['scripts/db.mjs', 'migrate'],
}

/** Runs a script. @returns its exit code and what it wrote to stderr */
function run(args: string[], env: Record<string, string> = {}): Promise<{ code: number; stderr: string }> {
  return new Promise((resolve) => {
    const options = { cwd: ROOT, env: { ...process.env, ...env } }
    execFile(process.execPath, args, options, (error, _, stderr) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, stderr: stderr.trim() }),
    )
  })
}

const urls = (url: string) => ({ DATABASE_URL: url, DATABASE_OWNER_URL: url, BACKUP_DATABASE_URL: url })
const oneLine = (pattern: RegExp) => ({ code: 1, stderr: expect.stringMatching(new RegExp(`^${pattern.source}[^\\n]*$`)) })

describe.each(Object.entries(COMMANDS))('npm run %s', (name, args) => {
  test('reports a database that is away, and a URL that is none, in one line', async () => {
    expect(await run(args, urls(AWAY))).toEqual(oneLine(/The database .*does not answer: connect ECONNREFUSED/))
    expect(await run(args, urls('nonsense'))).toEqual(
      oneLine(
        name === 'db:migrate' ? /DATABASE_OWNER_URL must be a postgresql:\/\/ URL/ : /The database URL must be a postgresql:\/\/ URL/,
      ),
    )
  })
})

test.each(Object.entries(COMMANDS).filter(([name]) => !/jobs|migrate/.test(name)))(
  'npm run %s refuses a word that no option takes',
  async (_, args) => {
    expect(await run([...args, 'ada@example.com'])).toEqual(
      oneLine(/Unexpected argument 'ada@example.com'\. An npm script needs -- in front of its options/),
    )
  },
)

test('jobs:list and jobs:retry refuse what they do not know', async () => {
  for (const args of [[], ['remove'], ['list', '42'], ['list', '--all']])
    expect(await run(['lib/operations/cli/jobs.mjs', ...args])).toEqual(oneLine(/Use npm run jobs:list, or npm run jobs:retry/))
})

test('a database without the migrations, or a role without privileges, is named with the remedy', async () => {
  const empty = new URL(SUPERUSER)
  empty.pathname = '/template1'
  expect(await run(COMMANDS['sessions:end'] ?? [], urls(String(empty)))).toEqual(
    oneLine(/The database refused: relation "users" does not exist\. Run npm run db:migrate/),
  )
  expect(await run(['lib/operations/cli/suspend.mjs', '--account', 'a'], { DATABASE_OWNER_URL: process.env.DATABASE_URL ?? '' })).toEqual(
    oneLine(/The database refused: permission denied .+ Use the role that owns the tables, in DATABASE_OWNER_URL\./),
  )
})

test('an output that cannot be written ends the command with one line', async () => {
  const { code, stderr } = await new Promise<{ code: number; stderr: string }>((resolve) => {
    execFile('sh', ['-c', `${process.execPath} lib/audit/cli/verify.mjs > /dev/full`], { cwd: ROOT }, (error, _, text) =>
      resolve({ code: Number(error?.code ?? 0), stderr: text.trim() }),
    )
  })
  expect({ code, stderr }).toEqual(oneLine(/The output cannot be written: ENOSPC/))
})

describe('a backup', () => {
  const folder = () => mkdtempSync(path.join(tmpdir(), 'atrium-commands-'))

  /** Runs `fn` while a lock lets a backup begin, and not end. */
  async function whileLocked<T>(fn: () => Promise<T>): Promise<T> {
    const client = await connect(SUPERUSER)
    try {
      await client.query('BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE')
      return await fn()
    } finally {
      await client.end()
    }
  }

  const parts = (to: string) => readdirSync(to).filter((name) => name.endsWith('.part'))
  async function untilStarted(to: string) {
    while (!parts(to).length) await sleep(20)
  }

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('that %s ends leaves no file, and says so', async (signal) => {
    const to = folder()
    const { code, stderr } = await whileLocked(async () => {
      const child = spawn(process.execPath, ['lib/backup/cli/backup.mjs', '--to', path.join(to, 'x')], {
        cwd: ROOT,
        env: { ...process.env, BACKUP_DATABASE_URL: SUPERUSER },
      })
      let text = ''
      child.stderr.on('data', (data) => (text += data))
      await untilStarted(to)
      child.kill(signal)
      const ended = await new Promise<number | null>((resolve) => child.once('close', resolve))
      return { code: ended, stderr: text.trim() }
    })
    expect([code, stderr]).toEqual([expect.any(Number), `Interrupted by ${signal} before the command was done.`])
    expect(code).toBeGreaterThan(128)
    expect(readdirSync(to)).toEqual([])
  })

  test('whose connection PostgreSQL ends leaves no file, and says so in one line', async () => {
    const to = folder()
    const ended = await whileLocked(async () => {
      const running = run(['lib/backup/cli/backup.mjs', '--to', path.join(to, 'x')], { BACKUP_DATABASE_URL: SUPERUSER })
      await untilStarted(to)
      const end = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'DECLARE backup_rows%' AND wait_event_type = 'Lock'`
      while (!(await asSuperuser(end)).length) await sleep(20)
      return running
    })
    expect(ended).toEqual(
      oneLine(/(The database refused: terminating connection|The database ended the connection).+Run the command again\./),
    )
    expect(readdirSync(to)).toEqual([])
  })

  test('is complete even if another one is written to the same file at once', async () => {
    const file = path.join(folder(), 'x')
    const [one, two] = await Promise.all([
      run(['lib/backup/cli/backup.mjs', '--to', file], { BACKUP_DATABASE_URL: SUPERUSER }),
      writeBackup(SUPERUSER, file),
    ])
    expect([one.code, two.counts.length > 0, readdirSync(path.dirname(file))]).toEqual([0, true, ['x']])
  })

  test('that cannot be written names the file', async () => {
    const to = folder()
    mkdirSync(path.join(to, 'x'))
    for (const file of [path.join(to, 'x'), path.join(to, 'none', 'x')])
      expect(await run(['lib/backup/cli/backup.mjs', '--to', file], { BACKUP_DATABASE_URL: SUPERUSER })).toEqual(
        oneLine(/The backup .+x cannot be written: E/),
      )
    expect(readdirSync(to)).toEqual(['x'])
  })

  /** @returns the pid of the PostgreSQL whose data is below a folder */
  async function untilServerRuns(below: string): Promise<number> {
    const find = (file: string) => readdirSync(below, { recursive: true, encoding: 'utf8' }).find((name) => path.basename(name) === file)
    while (!find('server.log') || !find('postmaster.pid')) await sleep(20)
    return Number(readFileSync(path.join(below, find('postmaster.pid') ?? ''), 'utf8').split('\n')[0])
  }

  test('whose verification is interrupted leaves neither PostgreSQL nor its data', async () => {
    const [to, temporary] = [folder(), folder()]
    chmodSync(temporary, 0o755)
    const child = spawn(process.execPath, ['lib/backup/cli/backup.mjs', '--to', path.join(to, 'x'), '--verify'], {
      cwd: ROOT,
      env: { ...process.env, BACKUP_DATABASE_URL: SUPERUSER, TMPDIR: temporary },
    })
    const ended = new Promise((resolve) => child.once('close', resolve))
    const pid = await untilServerRuns(temporary)
    child.kill('SIGTERM')
    expect(await ended).toBe(143)
    expect([readdirSync(temporary), readdirSync(to)]).toEqual([[], ['x']])
    await expect.poll(() => existsSync(`/proc/${pid}`)).toBe(false)
  })

  test('that is a folder, or shorter than its header, is refused in one line', async () => {
    const to = folder()
    const file = path.join(to, 'short')
    writeFileSync(file, 'ATRIUM-BACKUP-1\nshort')
    const restore = (from: string) => run(['lib/backup/cli/restore-account.mjs', '--account', 'a', '--from', from])
    expect(await restore(to)).toEqual(oneLine(/The backup .+ is not a file\./))
    expect(await restore(file)).toEqual(oneLine(/The backup .+ is cut off\. Nothing was restored\./))
    expect(await restore(await backUp())).toEqual(oneLine(/The backup of .+ has no account "a"\./))
  })
})
