// The suites of `npm test`: where their tests are, what they need, and how to run them and read their results.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs, stripVTControlCharacters } from 'node:util'
import { CliError } from '../../lib/platform/cli.mjs'
import { ROOT } from '../../scripts/setup.mjs'

/**
 * @typedef {object} Suite
 * @property {string} folder
 * @property {boolean} [postgres] needs PostgreSQL
 * @property {boolean} [build] needs the production build, and PostgreSQL
 * @property {boolean} [database] needs a database, and starts its own servers
 * @property {number} [servers] how many servers of the build it needs, each with its own database
 * @property {'vitest' | 'playwright'} runner
 */

/** @type {Record<string, Suite>} in the order in which they start */
export const SUITES = {
  unit: { folder: 'tests/unit', runner: 'vitest' },
  integration: { folder: 'tests/integration', runner: 'vitest', postgres: true },
  e2e: { folder: 'tests/e2e', runner: 'playwright', build: true, servers: 1 },
  attack: { folder: 'tests/attack', runner: 'vitest', build: true, servers: 2 },
  tenancy: { folder: 'tests/tenancy', runner: 'vitest', build: true, servers: 2 },
  fault: { folder: 'tests/fault', runner: 'vitest', build: true, database: true },
}

/**
 * `npm start`, `next dev`, or the standalone output alone, in a folder without the sources.
 * @typedef {'start' | 'dev' | 'standalone'} Runtime
 */

/**
 * @typedef {object} Selection
 * @property {Map<string, string[]>} suites each with the files or folders to run; none means all of them
 * @property {string} [title] runs only tests whose title matches
 * @property {boolean} build whether to make the production build first
 * @property {Runtime} runtime what the servers run
 */

/**
 * Reads the arguments of `npm test`: names of suites, paths of test files or folders, `-t` with a title.
 * @param {string[]} args @returns {Selection}
 * @throws {CliError} when an argument is neither
 */
export function select(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      title: { type: 'string', short: 't' },
      'no-build': { type: 'boolean', default: false },
      dev: { type: 'boolean', default: false },
      standalone: { type: 'boolean', default: false },
    },
  })
  /** @type {Map<string, string[]>} */
  const suites = new Map()
  for (const name of positionals) {
    const suite = name in SUITES ? name : suiteOf(name)
    const files = suites.get(suite) ?? []
    suites.set(suite, suite === name ? files : [...files, name])
  }
  if (!suites.size) for (const name of Object.keys(SUITES)) suites.set(name, [])
  const runtime = runtimeOf(values, [...suites.keys()])
  return { suites, title: values.title, build: !values['no-build'] && !values.dev, runtime }
}

/** @param {{ dev: boolean, standalone: boolean }} options @param {string[]} suites @returns {Runtime} */
function runtimeOf({ dev, standalone }, suites) {
  if (dev && standalone) throw new CliError('Choose one: --dev or --standalone.')
  if (dev && suites.some((name) => name !== 'e2e'))
    throw new CliError('Only e2e runs on next dev: the other suites read the pages and actions from the production build.')
  if (standalone) return 'standalone'
  return dev ? 'dev' : 'start'
}

/** @param {string} file @returns {string} */
function suiteOf(file) {
  const relative = path.relative(ROOT, path.resolve(file))
  const found = Object.entries(SUITES).find(([, { folder }]) => relative === folder || relative.startsWith(`${folder}/`))
  if (!found) throw new CliError(`"${file}" is neither a suite (${Object.keys(SUITES).join(', ')}) nor a path below one of their folders.`)
  if (!existsSync(path.join(ROOT, relative))) throw new CliError(`There is no ${relative}.`)
  return found[0]
}

/**
 * @param {string} name of the suite
 * @param {{ files: string[], title?: string, report: string }} options report: where the JSON report goes
 * @returns {string[]} the arguments of `node` that run it
 */
export function commandOf(name, { files, title, report }) {
  if (SUITES[name]?.runner === 'playwright')
    return ['node_modules/@playwright/test/cli.js', 'test', ...(title ? ['-g', title] : []), ...files]
  return [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project',
    `${name}*`,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...(title ? ['-t', title] : []),
    ...files,
  ]
}

/**
 * @typedef {{ passed: number, failed: number, failures: string[] }} Outcome failures: each failed test with the start of its message
 * @param {string} name of the suite @param {string} report path of the JSON report @param {number} exitCode
 * @returns {Outcome}
 */
export function outcomeOf(name, report, exitCode) {
  if (!existsSync(report)) return { passed: 0, failed: 1, failures: ['no test ran'] }
  const read = SUITES[name]?.runner === 'playwright' ? playwrightOutcome : vitestOutcome
  const { passed, failed, failures } = read(JSON.parse(readFileSync(report, 'utf8')))
  if (exitCode === 0 || failed) return { passed, failed, failures }
  return { passed, failed: 1, failures: [`exit code ${exitCode} without a failed test; see the output above`] }
}

/**
 * @typedef {{ fullName: string, status: string, failureMessages: string[] }} VitestTest
 * @typedef {{ name: string, status: string, message: string, assertionResults: VitestTest[] }} VitestFile
 * @param {{ numPassedTests: number, numFailedTests: number, numFailedTestSuites: number, testResults: VitestFile[] }} report
 * @returns {Outcome}
 */
function vitestOutcome({ numPassedTests: passed, numFailedTests, testResults }) {
  const failures = testResults.flatMap(vitestFailures)
  return { passed, failed: Math.max(numFailedTests, failures.length), failures }
}

/** @param {VitestFile} file @returns {string[]} its failed tests, or the file itself when it could not be loaded */
function vitestFailures({ name, status, message, assertionResults }) {
  const file = path.relative(ROOT, name)
  const failed = assertionResults.filter((test) => test.status === 'failed')
  if (!failed.length && status === 'failed') return [`${file}: ${summarize(message)}`]
  return failed.map((test) => `${file} > ${test.fullName}: ${summarize(test.failureMessages.join('\n'))}`)
}

/**
 * @typedef {{ title: string, ok: boolean, file: string, line: number, tests: { projectName: string, status: string, results: { error?: { message?: string } }[] }[] }} Spec
 * @typedef {{ suites?: SpecSuite[], specs?: Spec[] }} SpecSuite
 * @param {SpecSuite & { stats: { expected: number, unexpected: number, flaky: number } }} report
 * @returns {Outcome}
 */
function playwrightOutcome({ stats, suites }) {
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky, failures: playwrightFailures({ suites }) }
}

/**
 * Counts the tests of each file in a report of Playwright. A test counts once for each project.
 * @param {string} report path of the JSON report @returns {{ file: string, passed: number, failed: number }[]}
 */
export function outcomesByFile(report) {
  if (!existsSync(report)) return []
  /** @type {{ suites: (SpecSuite & { file: string })[] }} */
  const { suites } = JSON.parse(readFileSync(report, 'utf8'))
  return suites.map(({ file, ...suite }) => {
    const runs = specsIn(suite).flatMap(({ tests }) => tests)
    const passed = runs.filter(({ status }) => status === 'expected').length
    return { file, passed, failed: runs.filter(({ status }) => status === 'unexpected' || status === 'flaky').length }
  })
}

/** @param {SpecSuite} suite @returns {Spec[]} */
function specsIn({ suites = [], specs = [] }) {
  return [...specs, ...suites.flatMap(specsIn)]
}

/** @param {SpecSuite} suite @returns {string[]} */
function playwrightFailures(suite) {
  const failed = specsIn(suite).filter(({ ok }) => !ok)
  return failed.map(({ title, file, line, tests }) => {
    const messages = tests.flatMap(({ projectName, results }) => results.map(({ error }) => `${projectName}: ${error?.message ?? ''}`))
    return `${file}:${line} > ${title}: ${summarize(messages.join('\n'))}`
  })
}

/** @param {string} message @returns {string} its first four lines as one, without colors and stack */
function summarize(message) {
  const lines = stripVTControlCharacters(message).split('\n')
  const first = lines.filter((line) => !/^\s+at /.test(line)).slice(0, 4)
  return first.join(' ').replace('STACK_TRACE_ERROR', 'timed out').slice(0, 400) // Vitest's placeholder for a timeout
}
