// npm run test:isolation: runs the isolation report against a server with its own database. It must be green, then red after
// each change that lets accounts see each other, and name the change. It needs the build.
import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { CliError, runScript, say } from '../../lib/platform/cli.mjs'
import { connect } from '../../scripts/connect.mjs'
import { migrate } from '../../scripts/migrate.mjs'
import { startPostgres } from '../../scripts/postgres.mjs'
import { prepare, ROOT } from '../../scripts/setup.mjs'
import { Server } from '../fault/server'
import type { Report } from './html'

/** Each: a statement, its opposite, and the fact that the report must name. */
const CHANGES = [
  [
    'ALTER POLICY projects_of_account ON projects USING (true)',
    'ALTER POLICY projects_of_account ON projects USING (account_id = current_account_id())',
    'policy projects_of_account on projects',
  ],
  [
    'GRANT SELECT (password_hash) ON users TO atrium_app',
    'REVOKE SELECT (password_hash) ON users FROM atrium_app',
    'grant SELECT on users.password_hash',
  ],
  [
    'GRANT EXECUTE ON FUNCTION operator_end_sessions TO PUBLIC',
    'REVOKE EXECUTE ON FUNCTION operator_end_sessions FROM PUBLIC',
    'public grant EXECUTE on operator_end_sessions(of_user uuid, of_account uuid)',
  ],
] as const

await runScript(async () => {
  await prepare()
  const folder = mkdtempSync(path.join(tmpdir(), 'atrium-isolation-'))
  chmodSync(folder, 0o755)
  const postgres = await startPostgres(path.join(folder, 'postgres'), { durable: false })
  const runtimeUrl = postgres.url('runtime')
  await migrate({ ownerUrl: postgres.url('owner'), runtimeUrl })
  const server = await Server.start({ DATABASE_URL: runtimeUrl })
  const superuser = await connect(postgres.url('superuser'))
  try {
    if (!server.isRunning) throw new CliError(`The server did not start: ${server.output.slice(-500)}`)
    const isolated = await report(server.origin, runtimeUrl, folder)
    if (isolated.wrong.length) throw new CliError(`Wrong before anything was changed: ${isolated.wrong.join('; ')}`)
    say(`ok  nothing is wrong: ${Object.keys(isolated.catalog).length} facts, ${isolated.matrix.length} requests`)
    const { rows } = await superuser.query('SELECT count(*)::int AS users FROM users')
    if (rows[0].users) throw new CliError(`${rows[0].users} users of the report are left`)
    say('ok  its users are deleted')
    for (const [change, opposite, fact] of CHANGES) {
      await superuser.query(change)
      const { wrong } = await report(server.origin, runtimeUrl, folder)
      await superuser.query(opposite)
      if (!wrong.some((line) => line.startsWith(fact)))
        throw new CliError(`After ${change}, the report names: ${wrong.join('; ') || 'nothing'}`)
      say(`ok  red after ${change}: ${wrong.join('; ')}`)
    }
    return 0
  } finally {
    await superuser.end()
    await server.stop()
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
})

/** Runs the command, and returns its report. @throws if its exit code does not say whether something is wrong */
async function report(url: string, databaseUrl: string, folder: string): Promise<Report> {
  const out = path.join(folder, 'report')
  const args = ['--conditions=react-server', '--import', 'tsx', 'tests/isolation/report.ts', '--url', url, '--out', out]
  const { code, output } = await new Promise<{ code: unknown; output: string }>((resolve) => {
    execFile(process.execPath, args, { cwd: ROOT, env: { ...process.env, DATABASE_URL: databaseUrl } }, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, output: stdout + stderr }),
    )
  })
  if (!output.includes('report.html')) throw new CliError(`The report failed: ${output}`)
  const result = JSON.parse(readFileSync(`${out}.json`, 'utf8')) as Report
  if (code !== (result.wrong.length ? 1 : 0)) throw new CliError(`The report exits with ${code}, and finds ${result.wrong.length} wrong`)
  return result
}
