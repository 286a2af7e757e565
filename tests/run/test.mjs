// npm test: the same set-up as npm run dev, a throw-away database, a production build, and every suite against them.
// `npm test -- unit attack e2e` runs the named suites alone.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { CliError, runScript, say } from '../../scripts/cli.mjs'
import { untilStopped } from '../../scripts/process.mjs'
import { endRuns, prepare, run } from '../../scripts/setup.mjs'
import { buildAndServe, serveBuild } from './server.mjs'

async function main() {
  const chosen = process.argv.slice(2)
  const unknown = chosen.find((name) => !(name in SUITES))
  if (unknown) throw new CliError(`There is no suite "${unknown}". There are: ${Object.keys(SUITES).join(', ')}.`)
  await prepare()
  const suites = Object.entries(SUITES).filter(([name]) => !chosen.length || chosen.includes(name))
  const folder = mkdtempSync(path.join(tmpdir(), 'atrium-results-'))
  const { startTestDatabases } = await import('./databases.mjs')
  const databases = await startTestDatabases()
  /** @type {(() => Promise<unknown>)[]} */
  const cleanups = [async () => rmSync(folder, { recursive: true, force: true }), databases.stop]
  untilStopped().then(async () => {
    await endRuns()
    await cleanUp(cleanups).finally(() => process.exit(130))
  })
  try {
    /** @type {Record<string, string>} */
    const shared = { ATRIUM_TEST_DATABASES: JSON.stringify(databases.urls), ATRIUM_RESULTS: folder, NEXT_TELEMETRY_DISABLED: '1' }
    if (suites.some(([, suite]) => suite.needsServer)) Object.assign(shared, await buildAndServe(databases.urls, cleanups))
    if (suites.some(([, suite]) => suite.needsBrowser)) shared.CHROMIUM_PATH = await (await import('./browser.mjs')).findBrowser()
    const totals = { passed: 0, failed: 0 }
    const lines = []
    /** @type {string[]} */
    const failures = []
    for (const [name, suite] of suites) {
      say(`\n── ${name} ──`)
      const env = { ...process.env, ...shared, ...(suite.lanes ? await openLanes(suite.lanes, shared, databases.urls, cleanups) : {}) }
      const { passed, failed, named } = await suite.run(env, path.join(folder, `${name}.json`))
      totals.passed += passed
      totals.failed += failed
      lines.push(`${name}: ${passed} passed, ${failed} failed`)
      failures.push(...named.map((failure) => `${name}: ${failure}`))
    }
    if (failures.length) say(`\n── what failed ──\n${failures.join('\n')}`) // a log may be kept by its end alone
    say(`\n${lines.join('\n')}\n${totals.passed} passed, ${totals.failed} failed`)
    return totals.failed || !totals.passed ? 1 : 0
  } finally {
    await cleanUp(cleanups)
  }
}

/**
 * @typedef {{ passed: number, failed: number, named: string[] }} Outcome what failed is named with the beginning of its message
 * @typedef {{ needsServer?: boolean, lanes?: number, needsBrowser?: boolean, run: (env: NodeJS.ProcessEnv, report: string) => Promise<Outcome> }} Suite
 * @type {Record<string, Suite>}
 */
const SUITES = {
  unit: { run: (env, report) => runVitest('unit', env, report) },
  tenancy: { needsServer: true, run: (env, report) => runVitest('tenancy', env, report) },
  attack: { needsServer: true, lanes: 2, run: (env, report) => runVitest('attack', env, report) },
  fault: { needsServer: true, run: (env, report) => runVitest('fault', env, report) },
  e2e: { needsServer: true, needsBrowser: true, run: runPlaywright },
}

/**
 * Files of a suite that waits more than it works run side by side, each lane against a server and a database of its own.
 * @param {number} lanes @param {Record<string, string>} first what is known of the server that is there
 * @param {{ superuser: string, owner: string, runtime: string }} urls @param {(() => Promise<unknown>)[]} cleanups
 * @returns {Promise<Record<string, string>>} the servers, for tests/support/own-server.ts
 */
async function openLanes(lanes, first, urls, cleanups) {
  const servers = [first]
  while (servers.length < lanes) servers.push(await serveBuild(urls, cleanups, { database: `atrium_served_${servers.length + 1}` }))
  return { ATRIUM_SERVERS: JSON.stringify(servers) }
}

/** @param {string} project @param {NodeJS.ProcessEnv} env @param {string} report @returns {Promise<Outcome>} */
async function runVitest(project, env, report) {
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project',
    project,
    '--reporter=dot',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]
  const code = await run(process.execPath, args, env)
  const { numPassedTests: passed, numFailedTests, numFailedTestSuites, testResults } = JSON.parse(readFileSync(report, 'utf8'))
  const failed = numFailedTests || (code ? Math.max(1, numFailedTestSuites) : 0)
  return { passed, failed, named: testResults.flatMap(vitestFailures) }
}

/**
 * @param {{ name: string, status: string, message: string, assertionResults: { fullName: string, status: string, failureMessages: string[] }[] }} file
 * @returns {string[]} its tests that failed, or the file when it failed as a whole
 */
function vitestFailures({ name, status, message, assertionResults }) {
  const file = path.relative('.', name)
  const failed = assertionResults.filter((test) => test.status === 'failed')
  if (!failed.length && status === 'failed') return [`${file}: ${beginning(message)}`]
  return failed.map((test) => `${file} > ${test.fullName}: ${beginning(test.failureMessages.join('\n'))}`)
}

/** @param {NodeJS.ProcessEnv} env @param {string} report @returns {Promise<Outcome>} */
async function runPlaywright(env, report) {
  const code = await run(process.execPath, ['node_modules/@playwright/test/cli.js', 'test'], {
    ...env,
    PLAYWRIGHT_JSON_OUTPUT_FILE: report,
  })
  const { stats, suites } = JSON.parse(readFileSync(report, 'utf8'))
  if (stats.flaky) say(`${stats.flaky} passed only when tried again: a flaky test is a broken one.`)
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky || (code ? 1 : 0), named: playwrightFailures({ suites }) }
}

/**
 * @typedef {{ title: string, ok: boolean, file: string, line: number, tests: { projectName: string, results: { error?: { message?: string } }[] }[] }} Spec
 * @typedef {{ suites?: Suites[], specs?: Spec[] }} Suites
 * @param {Suites} suite @returns {string[]} its tests that failed
 */
function playwrightFailures({ suites = [], specs = [] }) {
  const failed = specs.filter(({ ok }) => !ok)
  const named = failed.map(({ title, file, line, tests }) => {
    const messages = tests.flatMap(({ projectName, results }) => results.map(({ error }) => `${projectName}: ${error?.message ?? ''}`))
    return `${file}:${line} > ${title}: ${beginning(messages.join('\n'))}`
  })
  return [...named, ...suites.flatMap(playwrightFailures)]
}

/** @param {string} message @returns {string} its first lines in one, without colours and where it was thrown */
function beginning(message) {
  const lines = stripVTControlCharacters(message).split('\n')
  const told = lines.filter((line) => !/^\s+at /.test(line)).slice(0, 4)
  return told.join(' ').replace('STACK_TRACE_ERROR', 'timed out').slice(0, 400) // Vitest's own word for a test past its time
}

/** In the opposite order of the making. @param {(() => Promise<unknown>)[]} cleanups */
async function cleanUp(cleanups) {
  for (let cleanup = cleanups.pop(); cleanup; cleanup = cleanups.pop()) await cleanup()
}

await runScript(main)
