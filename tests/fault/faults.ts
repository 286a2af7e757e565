// npm run test:faults: makes the faults that the app must survive, one after another, and prints what was seen of each. It needs
// the build, and takes a few minutes. --cluster also tries what needs two servers.
import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { runScript, say } from '../../lib/platform/cli.mjs'
import { migrate } from '../../scripts/migrate.mjs'
import { freePort, startPostgres } from '../../scripts/postgres.mjs'
import { prepare, ROOT } from '../../scripts/setup.mjs'
import { crowdSmallPool, killAtEachStatement, type Seen, stopDatabase } from './scenarios'

const { values: options } = parseArgs({ options: { cluster: { type: 'boolean' } } })
const MAIL = 'is retried while the mail server is unavailable, and sent once when it is back'

/** Runs another command. @returns the lines of its output that match */
async function linesOf(args: string[], pattern: RegExp): Promise<Seen> {
  const run = promisify(execFile)(process.execPath, args, { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 })
  const { stdout, isGood } = await run.then(
    (done) => ({ stdout: done.stdout, isGood: true }),
    (error: { stdout?: string }) => ({ stdout: error.stdout ?? '', isGood: false }),
  )
  return {
    isGood,
    text:
      stdout
        .split('\n')
        .filter((line) => pattern.test(line))
        .join('; ') || 'nothing',
  }
}

const cluster = () =>
  linesOf(['--import', 'tsx', 'tests/cluster/cluster.ts', '--no-build'], /restart|AUTH_SECRET|signed in|sign in|requests/)

await runScript(async () => {
  await prepare()
  const folder = mkdtempSync(path.join(tmpdir(), 'atrium-faults-'))
  chmodSync(folder, 0o755)
  const [dataDir, port] = [path.join(folder, 'postgres'), await freePort()]
  const postgres = await startPostgres(dataDir, { port })
  const urls = { superuser: postgres.url('superuser'), runtime: postgres.url('runtime') }
  await migrate({ ownerUrl: postgres.url('owner'), runtimeUrl: urls.runtime })
  const rows: [fault: string, must: string, make: () => Promise<Seen>][] = [
    [
      'the server is killed at each statement of a sign-up',
      'no partial user or account; the retry succeeds',
      () => killAtEachStatement(urls),
    ],
    ['a pool of 2, and 50 clients', 'an answer or a clear refusal within 3 s', () => crowdSmallPool(urls.runtime)],
    [
      'the mail server is away',
      'changes are stored; each email arrives once',
      () => linesOf(['tests/run/test.mjs', 'tests/integration/jobs/worker.test.ts', '-t', MAIL, '--no-build'], /^integration: /),
    ],
    ['PostgreSQL is stopped hard', 'a failure within 3 s; success within 5 s of its return', () => stopDatabase(dataDir, port, postgres)],
    ...(options.cluster
      ? ([['a rolling restart under load, and a new AUTH_SECRET', 'no 5xx, and no one signed out', cluster]] satisfies typeof rows)
      : []),
  ]
  let failed = 0
  try {
    for (const [fault, must, make] of rows) {
      const { isGood, text } = await make().catch((error: Error) => ({ isGood: false, text: error.message }))
      if (!isGood) failed += 1
      say(`${isGood ? 'ok   ' : 'WRONG'}  ${fault}\n       must: ${must}\n       seen: ${text}`)
    }
  } finally {
    await postgres.stop().catch(() => undefined)
    rmSync(folder, { recursive: true, force: true })
  }
  if (!options.cluster) say('       A rolling restart and a new AUTH_SECRET need two servers: --cluster')
  return failed ? 1 : 0
})
