// npm run report:isolation -- --url https://app.example.com [--email you@example.com] [--out isolation]: checks that a
// deployment isolates its accounts. It compares what isolates them in the database of DATABASE_URL with the migrations of this
// checkout, and lets two temporary users ask for everything of each other. Writes <out>.json and <out>.html, and exits with 1
// if anything is wrong. Needs npm run build, of the release that is deployed. Without --url, it compares only the database, and
// needs no build.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { CliError, runCommand, say } from '../../lib/platform/cli.mjs'
import { connect } from '../../scripts/connect.mjs'
import { withDatabase } from '../../scripts/database.mjs'
import { migrate } from '../../scripts/migrate.mjs'
import { loadEnv, ROOT } from '../../scripts/setup.mjs'
import { startTemporaryPostgres } from '../../scripts/temporary-postgres.mjs'
import { type Catalog, compare, findRoleFaults, readCatalog } from './catalog'
import { type Report, toHtml } from './html'

await runCommand(async () => {
  loadEnv()
  const { values } = parseArgs({
    options: { url: { type: 'string' }, email: { type: 'string' }, out: { type: 'string', default: 'isolation' } },
  })
  if (values.url && !URL.canParse(values.url)) throw new CliError('--url must be a URL, such as https://app.example.com')
  const origin = values.url && new URL(values.url).origin
  const expected = await catalogOfMigrations()
  const { found, roleFaults } = await withDatabase(async ({ runtimeUrl }) => {
    if (!runtimeUrl) throw new CliError('DATABASE_URL is required: the role of the deployment.')
    const client = await connect(runtimeUrl)
    return Promise.all([readCatalog(client), findRoleFaults(client)])
      .then(([catalog, faults]) => ({ found: catalog, roleFaults: faults }))
      .finally(() => client.end())
  })
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'))
  const differences = compare(expected, found)
  const matrix = origin ? await tryRequests(origin, values.email) : []
  const wrong = [
    ...roleFaults,
    ...differences.map(({ name }) => `${name} differs from the migrations`),
    ...matrix
      .filter(({ isRight }) => !isRight)
      .map(({ request, caller, status, wanted }) => `${request} by ${caller}: ${status}, not ${wanted}`),
    ...(!origin || matrix.some(({ caller, status }) => caller === 'owner' && status === 200)
      ? []
      : ['No page opened for its owner, so the matrix shows nothing']),
  ]
  const report: Report = {
    checkout: `${version}${commit()}`,
    url: origin || 'only the database',
    at: new Date().toISOString(),
    wrong,
    roleFaults,
    differences,
    catalog: found,
    matrix,
  }
  writeFileSync(`${values.out}.json`, `${JSON.stringify(report, null, 2)}\n`)
  writeFileSync(`${values.out}.html`, toHtml(report))
  for (const line of wrong) say(`wrong  ${line}`)
  say(
    `${Object.keys(found).length} facts of the database and ${matrix.length} requests: ${wrong.length ? `${wrong.length} wrong` : 'nothing is wrong'}. See ${values.out}.html.`,
  )
  return wrong.length ? 1 : 0
})

async function tryRequests(origin: string, email?: string) {
  const { runMatrix } = await import('./matrix').catch(() => {
    throw new CliError('There is no production build yet, which lists the routes. Run npm run build first.')
  })
  return runMatrix(origin, email)
}

/** Returns the commit of this checkout, if it is one. A deployment does not say its version, so the report cannot. */
function commit(): string {
  try {
    return `, commit ${execFileSync('git', ['describe', '--always', '--dirty'], { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' }).trim()}`
  } catch {
    return ''
  }
}

/** Migrates an empty PostgreSQL, and reads what isolates accounts in it. */
async function catalogOfMigrations(): Promise<Catalog> {
  const postgres = await startTemporaryPostgres()
  try {
    await migrate({ ownerUrl: postgres.url('owner'), runtimeUrl: postgres.url('runtime') })
    const client = await connect(postgres.url('runtime'))
    return await readCatalog(client).finally(() => client.end())
  } finally {
    await postgres.stop()
  }
}
