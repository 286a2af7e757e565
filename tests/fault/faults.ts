// npm run test:faults: makes the faults that the app must survive, one after another, and prints what was seen of each. After each,
// the same rules must hold: see ./oracle. It needs the build. The 200 kills take ten minutes on two cores; --kills 40 makes fewer.
// --row kill,pool,mail,database,cluster selects rows. The cluster needs pgbouncer and nginx. --write puts the table into
// docs/guide/faults.md.
import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { CliError, runScript, say } from '../../lib/platform/cli.mjs'
import { migrate } from '../../scripts/migrate.mjs'
import { freePort, startPostgres } from '../../scripts/postgres.mjs'
import { prepare, ROOT } from '../../scripts/setup.mjs'
import { isInstalled } from '../cluster/topology'
import { describeRun } from '../run/describe-run.mjs'
import { findLosses } from '../support/oracle'
import { loseMailServer } from './mail-away'
import { crowdSmallPool, killAtEachStatement, type Seen, stopDatabase } from './scenarios'

const { values: options } = parseArgs({
  options: { kills: { type: 'string', default: '200' }, row: { type: 'string' }, write: { type: 'boolean' } },
})
const PAGE = path.join(ROOT, 'docs', 'guide', 'faults.md')
const NONE = { emails: [], projects: [] }

/** What a row of the table is: its name for --row, the fault, what must hold, and how it is made. */
type Row = { name: string; fault: string; must: string; make: () => Promise<Seen> }

/** Runs `npm run test:cluster`, which has its own database, and checks the same rules in it. */
async function runCluster(): Promise<Seen> {
  const args = ['--import', 'tsx', 'tests/cluster/cluster.ts', '--no-build', '--changes']
  const run = promisify(execFile)(process.execPath, args, { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 })
  const { stdout, isGood } = await run.then(
    (done) => ({ stdout: done.stdout, isGood: true }),
    (error: { stdout?: string; stderr?: string }) => ({ stdout: `${error.stdout ?? ''}${error.stderr ?? ''}`, isGood: false }),
  )
  const lines = stdout.split('\n').filter((line) => line.trim())
  return { isGood, text: lines.map((line) => line.replace(/^ok {2}/, '').trim()).join('; '), acknowledged: NONE }
}

/** Writes rows into the page in place of those of the same faults. */
function writePage(lines: string[]): void {
  const faultOf = (line: string) => line.split(' | ')[0]
  const page = readFileSync(PAGE, 'utf8').trimEnd().split('\n')
  const rows = page.slice(page.findIndex((line) => line.startsWith('| ---')) + 1)
  const kept = rows.filter((row) => !lines.some((line) => faultOf(line) === faultOf(row)))
  writeFileSync(PAGE, `${[...page.slice(0, page.length - rows.length), ...kept, ...lines].join('\n')}\n`)
  say('Written to docs/guide/faults.md. Next: npm run fix')
}

/** Makes a fault, checks the rules afterward, and prints the row. @returns the row as a line of a table in Markdown */
async function tryRow({ name, fault, must, make }: Row, superuserUrl: string, run: string): Promise<{ isGood: boolean; line: string }> {
  if (name === 'cluster' && !['pgbouncer', 'nginx'].every(isInstalled)) {
    say(`NOT TRIED  ${fault}\n       needs pgbouncer and nginx: apt-get install -y pgbouncer nginx`)
    return { isGood: false, line: `| ${fault} | ${must} | not tried | ${run} |` }
  }
  const seen = await make().catch((error: Error) => ({ isGood: false, text: error.message, acknowledged: NONE }))
  const losses = name === 'cluster' ? [] : await findLosses(superuserUrl, seen.acknowledged)
  const isGood = seen.isGood && losses.length === 0
  const text = `${seen.text}. ${losses.length ? `LOST: ${losses.join(', ')}` : 'Afterward, all rules hold'}.`
  say(`${isGood ? 'ok   ' : 'WRONG'}  ${fault}\n       must: ${must}\n       seen: ${text}`)
  return { isGood, line: `| ${fault} | ${must} | ${isGood ? '' : 'WRONG: '}${text} | ${run} |` }
}

await runScript(async () => {
  await prepare()
  const run = describeRun()
  const folder = mkdtempSync(path.join(tmpdir(), 'atrium-faults-'))
  chmodSync(folder, 0o755)
  mkdirSync(path.join(folder, 'mail'))
  const [dataDir, port] = [path.join(folder, 'postgres'), await freePort()]
  const database = { postgres: await startPostgres(dataDir, { port }) }
  const { url } = database.postgres
  const urls = { superuser: url('superuser'), runtime: url('runtime') }
  await migrate({ ownerUrl: url('owner'), runtimeUrl: urls.runtime })
  const rows: Row[] = [
    {
      name: 'kill',
      fault: 'The server is killed at each message of a sign-up to the database',
      must: 'no partial user or account; the retry succeeds',
      make: () => killAtEachStatement(urls, Number(options.kills)),
    },
    {
      name: 'pool',
      fault: 'A pool of 2 connections, and 50 clients at once',
      must: 'an answer or a clear refusal within 3 s',
      make: () => crowdSmallPool(urls.runtime),
    },
    {
      name: 'mail',
      fault: 'The mail server is unavailable for ten minutes',
      must: 'changes are stored; each email arrives once',
      make: () => loseMailServer(urls, path.join(folder, 'mail')),
    },
    {
      name: 'database',
      fault: 'PostgreSQL is stopped hard while users read and write',
      must: 'a clear failure within 3 s; success within 5 s of its return, in the same process',
      make: () => stopDatabase(dataDir, port, database),
    },
    {
      name: 'cluster',
      fault: 'A rolling restart of two servers under load, a migration, and a new AUTH_SECRET',
      must: 'no 5xx, and no one signed out; without the old secret, its cookies no longer work',
      make: runCluster,
    },
  ]
  const wanted = options.row?.split(',') ?? rows.map(({ name }) => name)
  const unknown = wanted.filter((name) => !rows.some((row) => row.name === name))
  if (unknown.length) throw new CliError(`There is no row ${unknown.join(', ')}. Rows: ${rows.map(({ name }) => name).join(', ')}`)
  const tried: Awaited<ReturnType<typeof tryRow>>[] = []
  try {
    for (const row of rows) if (wanted.includes(row.name)) tried.push(await tryRow(row, urls.superuser, run))
  } finally {
    await database.postgres.stop().catch(() => undefined)
    rmSync(folder, { recursive: true, force: true })
  }
  if (options.write) writePage(tried.map(({ line }) => line))
  return tried.every(({ isGood }) => isGood) ? 0 : 1
})
