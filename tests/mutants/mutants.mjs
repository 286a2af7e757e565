// npm run test:mutants: removes each authorization check in turn (a database policy, a call of `can`, requireScope, or
// requireUser, a check of a proof or a factor) and reports those whose removal fails no test.
// `npm run test:mutants -- members policy` runs only mutants whose name contains one of these words.
//
// It works on a copy of the checkout, with one build and one server. The most likely tests run first, and then all tests. A
// test that fails with every check in place would catch every mutant, so tests must pass before a check is removed.
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { CliError, runScript, say } from '../../lib/platform/cli.mjs'
import { untilStopped } from '../../scripts/process.mjs'
import { prepare, ROOT } from '../../scripts/setup.mjs'
import { switchFactors } from './factors.mjs'
import { switchLocks } from './locks.mjs'
import { policyMutants, query } from './policies.mjs'

/** @typedef {import('./locks.mjs').Lock} Lock */
/** @typedef {{ superuser: string, owner: string, runtime: string }} Urls */
/** @typedef {{ copy: string, suite: Lock['suite'], env: Record<string, string> }} Asked a suite in the copy, with its environment */

const RED_ANYWAY = 'The tests fail with every check in place, so they cannot show that one is missing. Run npm test first.'
const SHOWN_OF_RED = 4_000 // characters
// Long, because a test that times out on a busy machine would look like one that caught the mutant.
const PATIENCE_MS = 180_000
// It compares texts with the source, which contains switches in the copy.
const READS_THE_SOURCE = ['--exclude', 'tests/unit/guide.test.ts']
// They check every domain function, so they fail the fastest.
const ASKS_ALL_PERMISSIONS = ['tests/unit/policy.test.ts', 'tests/integration/policy-enforcement.test.ts']

async function main() {
  await prepare()
  const parts = process.argv.slice(2)
  const isWanted = (/** @type {{ name: string }} */ { name }) => !parts.length || parts.some((part) => name.includes(part))
  const copy = mkdtempSync(path.join(tmpdir(), 'atrium-mutants-'))
  /** @type {(() => Promise<unknown>)[]} */
  const cleanups = [async () => rmSync(copy, { recursive: true, force: true })]
  untilStopped().then(() => cleanUp(cleanups).finally(() => process.exit(130)))
  try {
    copyCheckout(copy)
    const locks = [...switchLocks(copy), ...switchFactors(copy)].filter(isWanted)
    const { startTestDatabases } = await import('../run/databases.mjs')
    const { urls, stop } = await startTestDatabases()
    cleanups.push(stop)
    const policies = (await policyMutants(urls.superuser)).filter(isWanted)
    const domain = locks.filter(({ suite }) => suite === 'domain')
    const tenancy = locks.filter(({ suite }) => suite === 'tenancy')
    const report = reporter(policies.length + locks.length)
    const env = { ATRIUM_TEST_DATABASES: JSON.stringify(urls), ATRIUM_MUTANT_FILE: path.join(copy, 'mutant') }
    turnOff(copy, '')
    if (policies.length) await tryPolicies({ copy, suite: 'domain', env }, urls, policies, report)
    if (domain.length) await tryLocks({ copy, suite: 'domain', env }, domain, report)
    if (tenancy.length) await tryLocks(await served(copy, env, urls, cleanups), tenancy, report)
    return report()
  } finally {
    await cleanUp(cleanups)
  }
}

/** Runs the cleanups, the latest first. @param {(() => Promise<unknown>)[]} cleanups */
async function cleanUp(cleanups) {
  for (let cleanup = cleanups.pop(); cleanup; cleanup = cleanups.pop()) await cleanup()
}

/** @param {string} copy */
function copyCheckout(copy) {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' })
  const files = listed.split('\0').filter(Boolean)
  execFileSync('tar', ['-c', '--null', '--ignore-failed-read', '-T', '-', '-f', path.join(copy, 'files.tar')], {
    cwd: ROOT,
    input: files.join('\0'),
  })
  execFileSync('tar', ['-xf', 'files.tar'], { cwd: copy })
  rmSync(path.join(copy, 'files.tar'))
  execFileSync('cp', [process.platform === 'linux' ? '-al' : '-R', path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules')])
  const config = path.join(copy, 'vitest.config.ts')
  writeFileSync(config, readFileSync(config, 'utf8').replace(/(Timeout): [\d_]+/g, `$1: ${PATIENCE_MS}`))
  cpSync(path.join(ROOT, 'lib', 'generated'), path.join(copy, 'lib', 'generated'), { recursive: true })
}

/** Returns a function that reports a mutant. Without arguments, it reports the totals and returns the exit code. @param {number} count */
function reporter(count) {
  const started = performance.now()
  /** @type {string[]} */
  const survivors = []
  let tried = 0
  const minutes = () => `${((performance.now() - started) / 60_000).toFixed(1)} min`
  return (/** @type {string} */ name = '', survives = false) => {
    if (!name) {
      say(`\n${tried} mutants, ${survivors.length} survivors, ${minutes()}${survivors.map((each) => `\n${each}`).join('')}`)
      return survivors.length || !tried ? 1 : 0
    }
    tried += 1
    if (survives) survivors.push(name)
    say(`${String(tried).padStart(4)} of ${count}, ${minutes()}  ${survives ? 'SURVIVES' : 'caught  '}  ${name}`)
    return 0
  }
}

/**
 * @param {Asked} asked @param {Urls} urls @param {Awaited<ReturnType<typeof policyMutants>>} mutants
 * @param {ReturnType<typeof reporter>} report
 */
async function tryPolicies(asked, { superuser }, mutants, report) {
  const tests = ['tests/integration/tenant-context.test.ts']
  await requirePass(asked, tests)
  for (const { name, weaken, mend } of mutants) {
    await query(superuser, weaken) // in the template, from which each test file's database is copied
    report(name, await passes(asked, tests))
    await query(superuser, mend)
  }
  await requirePass(asked, tests)
}

/** @param {Asked} asked @param {Lock[]} locks @param {ReturnType<typeof reporter>} report */
async function tryLocks(asked, locks, report) {
  // All mutants share a server and a database, so check at the end that the earlier ones left no failures behind.
  const shared = asked.suite === 'tenancy' ? byName([...new Set(locks.flatMap(({ aim }) => aim ?? []))]) : undefined
  if (shared) await requirePass(asked, shared)
  const green = new Set(shared ? locks.map(({ aim }) => String(aim && byName([aim]))) : [])
  for (const { name, id, aim, isDirect } of locks) {
    let survives = true
    for (const args of stagesOf(asked, aim, isDirect)) {
      turnOff(asked.copy, '')
      if (!green.has(String(args))) await requirePass(asked, args)
      green.add(String(args))
      turnOff(asked.copy, id)
      survives = await passes(asked, args)
      if (!survives) break
    }
    report(name, survives)
  }
  turnOff(asked.copy, '')
  if (shared) await requirePass(asked, shared)
}

/** Returns the tests to run for a check, in order, until one fails. @param {Asked} asked @param {string | undefined} aim */
function stagesOf({ suite }, aim, isDirect = false) {
  if (aim && isDirect) return [[aim], READS_THE_SOURCE]
  if (suite === 'domain') return [ASKS_ALL_PERMISSIONS, ...(aim ? [[aim]] : []), READS_THE_SOURCE]
  return [...(aim ? [byName([aim])] : []), []]
}

/** Returns the arguments that select tests by the beginning of their names. @param {string[]} aims */
function byName(aims) {
  return ['-t', aims.map((aim) => aim.replace(/[[\].()]/g, '\\$&')).join('|')]
}

/** @param {string} copy @param {string} id of the check, or empty for none */
function turnOff(copy, id) {
  writeFileSync(path.join(copy, 'mutant'), id)
}

/**
 * Builds the copy and starts its server.
 * @param {string} copy @param {Record<string, string>} env @param {Urls} urls @param {(() => Promise<unknown>)[]} cleanups
 * @returns {Promise<Asked>}
 */
async function served(copy, env, urls, cleanups) {
  const { build, startServer } = await import(pathToFileURL(path.join(copy, 'tests', 'run', 'server.mjs')).href)
  const { named } = await import('../run/databases.mjs')
  await build()
  const options = { database: 'mutants', env: { ...env, ATRIUM_PAST_ALL_LOCKS: named(urls.superuser, 'mutants') } }
  const server = await startServer(urls, options)
  cleanups.push(server.stop)
  return { copy, suite: 'tenancy', env: { ...env, ...server.env } }
}

/** @param {Asked} asked @param {string[]} args */
async function requirePass(asked, args) {
  let output = ''
  const isGreen = await passes(asked, args, (text) => {
    output = (output + text).slice(-SHOWN_OF_RED)
  })
  if (!isGreen) throw new CliError(`${RED_ANYWAY}\n${output}`)
}

/**
 * Returns whether the tests pass.
 * @param {Asked} asked @param {string[]} args to select tests @param {(text: string) => void} [listen] gets their output
 * @returns {Promise<boolean>}
 */
function passes({ copy, suite, env }, args, listen = () => undefined) {
  return new Promise((resolve, reject) => {
    const projects = suite === 'domain' ? ['unit', 'integration*'] : [suite]
    const selected = projects.flatMap((project) => ['--project', project])
    const command = ['node_modules/vitest/vitest.mjs', 'run', ...selected, '--bail', '1', '--reporter=dot', ...args]
    const child = spawn(process.execPath, command, { cwd: copy, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', listen)
    child.once('error', reject)
    child.once('close', (code) => resolve(code === 0))
  })
}

await runScript(main)
