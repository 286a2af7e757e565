// npm run bench: measures what docs/performance.md lists, and writes it there. Nothing else may run on the machine.
//   npm run bench -- --quick          fewer and shorter rounds: about ten minutes
//   npm run bench -- --reuse rates    keeps the builds, measures only the named parts, and prints them without writing the page
import path from 'node:path'
import { CliError, runScript, say } from '../lib/platform/cli.mjs'
import { prepare } from '../scripts/setup.mjs'
import { startTestDatabases } from '../tests/run/databases.mjs'
import { buildApps, startApp, startFloor } from './apps.mjs'
import { connect, createTeam } from './data.mjs'
import { lighthouse } from './lighthouse.mjs'
import { summarize, writePage } from './page.mjs'
import { PLANS } from './plan.mjs'
import { fixedRows, rates } from './rates.mjs'
import { scale } from './scale.mjs'
import { memory, start } from './start.mjs'
import { statements } from './statements.mjs'
import { storm } from './storm.mjs'
import { weight } from './weight.mjs'

/** @type {Record<string, (bench: import('./plan.mjs').Bench) => Promise<import('./plan.mjs').Row[]>>} in the order in which they run */
const PARTS = { start, statements, weight, lighthouse, rates, storm, memory, fixed: fixedRows, scale }

await runScript(async () => {
  const args = process.argv.slice(2)
  const isQuick = args.includes('--quick')
  const chosen = args.filter((arg) => !arg.startsWith('--'))
  const unknown = chosen.find((name) => !(name in PARTS))
  if (unknown) throw new CliError(`There is no part "${unknown}". The parts are: ${Object.keys(PARTS).join(', ')}.`)
  const began = performance.now()
  await prepare()
  await buildApps({ reuse: args.includes('--reuse') })
  const plan = isQuick ? PLANS.quick : PLANS.thorough
  const rows = await measure(plan, chosen.length ? chosen : Object.keys(PARTS))
  const minutes = (performance.now() - began) / 60_000
  for (const line of summarize(rows)) say(line)
  if (chosen.length) return
  await writePage(rows, { mode: isQuick ? 'quick' : 'thorough', plan, minutes })
  say(`Written to docs/performance.md after ${minutes.toFixed(1)} minutes.`)
})

/** @param {import('./plan.mjs').Bench['plan']} plan @param {string[]} names */
async function measure(plan, names) {
  const settings = { logging_collector: 'on', log_directory: 'log', log_filename: 'bench.log', log_line_prefix: '%u ' }
  const databases = await startTestDatabases({ settings })
  /** @type {(() => Promise<unknown>)[]} */
  const cleanups = [databases.stop]
  try {
    const app = await startApp(databases.urls, { database: 'bench' })
    cleanups.push(app.stop)
    const client = await connect(app.env)
    const cookie = await createTeam(client, app.env)
    await client.query('VACUUM ANALYZE')
    await client.end()
    const floor = await startFloor()
    cleanups.push(floor.stop)
    const bench = { app, floor, cookie, urls: databases.urls, logFolder: path.join(databases.dataDir, 'log'), plan }
    const rows = []
    for (const name of names) {
      say(`\n${name}`)
      rows.push(...((await PARTS[name]?.(bench)) ?? []))
    }
    return rows
  } finally {
    for (const cleanup of cleanups.reverse()) await cleanup()
  }
}
