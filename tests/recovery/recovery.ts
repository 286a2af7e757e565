// npm run test:recovery: point-in-time recovery, as docs/guide/backup.md explains it, with the embedded PostgreSQL. It archives
// the write-ahead log, takes a base backup while the server runs, deletes an account, recovers a new server to the second before,
// and restores that account from there, with a backup that --verify restored into a temporary PostgreSQL. The base backup is what pg_basebackup does, through PostgreSQL's own functions.
import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { listTables, prepareSession, readRows, TableHash } from '../../lib/backup/tables.mjs'
import { CliError, runScript, say } from '../../lib/platform/cli.mjs'
import { migrate } from '../../scripts/migrate.mjs'
import { type Postgres, startPostgres } from '../../scripts/postgres.mjs'
import { freshSecret } from '../../scripts/setup.mjs'
import { runNode } from '../run/processes.mjs'

const ACCOUNT = 'heron-press'
const TIMEOUT_MS = 60_000

await runScript(async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'atrium-recovery-'))
  chmodSync(folder, 0o755)
  const [data, archive, recovered] = ['data', 'archive', 'recovered'].map((name) => path.join(folder, name)) as [string, string, string]
  const servers: Postgres[] = []
  try {
    mkdirSync(archive)
    const settings = { fsync: 'off', archive_mode: 'on', archive_command: `test ! -f ${archive}/%f && cp %p ${archive}/%f` }
    const live = await startPostgres(data, { settings })
    servers.push(live)
    giveTo(data, archive)
    await migrate({ ownerUrl: live.url('owner'), runtimeUrl: live.url('runtime') })
    await takeBaseBackup(live, data, recovered)
    await expectSuccess(['scripts/db.mjs', 'seed', '--force'], { DATABASE_URL: live.url('runtime'), DATABASE_OWNER_URL: live.url('owner') })
    await appendToChains(live)

    const before = await hashTables(live)
    const [{ moment = '' } = {}] = await ask<{ moment: string }>(live, 'SELECT clock_timestamp()::text AS moment')
    await sleep(1_000)
    await ask(live, `DELETE FROM accounts WHERE slug = '${ACCOUNT}'`)
    await ask(live, 'SELECT pg_switch_wal()')
    const damaged = await hashTables(live)
    check('the account and its rows are gone', differences(before, damaged).length > 3, differences(before, damaged).join())

    const began = performance.now()
    writeFileSync(path.join(recovered, 'recovery.signal'), '')
    giveTo(data, path.join(recovered, 'recovery.signal'))
    const target = { restore_command: `cp ${archive}/%f %p`, recovery_target_time: moment, recovery_target_action: 'promote' }
    const second = await startPostgres(recovered, { settings: { fsync: 'off', ...target } })
    servers.push(second)
    await untilPromoted(second)
    const restored = await hashTables(second)
    const wrong = differences(before, restored)
    check(`the new server has all ${restored.size} tables as they were at ${moment}`, wrong.length === 0, wrong.join())
    say(`    Recovery took ${((performance.now() - began) / 1000).toFixed(1)} s.`)

    const file = path.join(folder, 'atrium.backup')
    await expectSuccess(['lib/backup/cli/backup.mjs', '--to', file, '--verify'], { BACKUP_DATABASE_URL: second.url('superuser') })
    const owner = { DATABASE_URL: live.url('runtime'), DATABASE_OWNER_URL: live.url('owner') }
    await expectSuccess(['lib/backup/cli/restore-account.mjs', '--account', ACCOUNT, '--from', file], owner)
    const repaired = differences(before, await hashTables(live))
    check('the old server has the account again, and a new event in its audit trail', isExpected(repaired), repaired.join())
    say(`    Tables that changed: ${repaired.join(', ')}.`)
    return 0
  } finally {
    for (const server of servers) await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
})

function check(what: string, isTrue: boolean, why: string): void {
  if (!isTrue) throw new CliError(`Failed: ${what}. ${why}`)
  say(`ok  ${what}`)
}

/** Gives a file to the user that PostgreSQL runs as. */
function giveTo(data: string, file: string): void {
  const { uid, gid } = statSync(data)
  chownSync(file, uid, gid)
}

async function expectSuccess(args: string[], env: Record<string, string>): Promise<void> {
  if ((await runNode(args, { env })) !== 0) throw new CliError(`node ${args.join(' ')} failed.`)
}

/** Does what the worker does with the events of the demo data, whose trails --verify checks. */
function appendToChains(server: Postgres): Promise<void> {
  const script = `import('./lib/audit/append-to-chain.ts').then(({ appendPendingEvents }) => appendPendingEvents()).then(() => process.exit())`
  const secrets = { AUTH_SECRET: freshSecret(), PASSWORD_PEPPER: freshSecret(), FACTOR_KEY: freshSecret() }
  return expectSuccess(['--conditions=react-server', '--import', 'tsx', '--input-type=module', '--eval', script], {
    ...secrets,
    DATABASE_URL: server.url('runtime'),
  })
}

async function withClient<T>(server: Postgres, fn: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: server.url('superuser') })
  await client.connect()
  return fn(client).finally(() => client.end())
}

function ask<T extends pg.QueryResultRow>(server: Postgres, sql: string): Promise<T[]> {
  return withClient(server, async (client) => (await client.query<T>(sql)).rows)
}

/** Copies the files of a running server. */
function takeBaseBackup(server: Postgres, data: string, to: string): Promise<void> {
  return withClient(server, async (client) => {
    await client.query(`SELECT pg_backup_start('base', true)`)
    execFileSync('cp', ['-a', data, to])
    execFileSync('cp', ['-a', `${data}.json`, `${to}.json`])
    const { rows } = await client.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop()')
    rmSync(path.join(to, 'postmaster.pid'))
    execFileSync('find', [path.join(to, 'pg_wal'), '-type', 'f', '-delete'])
    writeFileSync(path.join(to, 'backup_label'), rows[0]?.labelfile ?? '')
    giveTo(data, path.join(to, 'backup_label'))
  })
}

function hashTables(server: Postgres): Promise<Map<string, string>> {
  return withClient(server, async (client) => {
    await prepareSession(client)
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const hashes = new Map<string, string>()
    for (const table of await listTables(client)) {
      const hash = new TableHash()
      for await (const line of readRows(client, table)) hash.add(line)
      hashes.set(table.name, hash.digest().sha256)
    }
    return hashes
  })
}

function differences(before: Map<string, string>, after: Map<string, string>): string[] {
  return [...before].filter(([table, hash]) => after.get(table) !== hash).map(([table]) => table)
}

/** Restoring an account writes an audit event, and the emailed links of its invitations stay void. */
function isExpected(tables: string[]): boolean {
  return tables.every((table) => /audit|tokens|invitations|accounts/.test(table))
}

async function untilPromoted(server: Postgres): Promise<void> {
  for (const deadline = Date.now() + TIMEOUT_MS; Date.now() < deadline; await sleep(200)) {
    const [{ waits = true } = {}] = await ask<{ waits: boolean }>(server, 'SELECT pg_is_in_recovery() AS waits')
    if (!waits) return
  }
  throw new CliError('The new server did not reach the moment in time.')
}
