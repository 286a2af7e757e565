// npm run test:mutants: takes away each lock in turn, and says which of them no test misses. A policy of the database, a
// question to lib/policy.ts, a requireScope or requireUser: none may be missing without a test turning red.
// `npm run test:mutants -- members policy` tries those alone whose name has one of these parts in it.
//
// The whole works on a copy of the checkout, on one build and one server of it. The tests nearest to a lock are asked
// first, and when they miss nothing, all of them. What is red with every lock in place would catch every mutant, so no
// test is asked that was not green before.
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { CliError, runScript, say } from '../../scripts/cli.mjs'
import { untilStopped } from '../../scripts/process.mjs'
import { prepare, ROOT } from '../../scripts/setup.mjs'
import { switchLocks } from './locks.mjs'
import { policyMutants, query } from './policies.mjs'

/** @typedef {import('./locks.mjs').Lock} Lock */
/** @typedef {{ superuser: string, owner: string, runtime: string }} Urls */
/** @typedef {{ copy: string, suite: Lock['suite'], env: Record<string, string> }} Asked the tests, and what they are told */

const RED_ANYWAY = 'The tests are red with every lock in place, so they tell nothing of one that is missing. Run npm test first.'
const SHOWN_OF_RED = 4_000 // characters
// Red for want of time is not red for want of a lock: what is slow on a busy machine gets the time that it takes.
const PATIENCE_MS = 180_000
// they hold texts against the source, which has switches in it here
const READS_THE_SOURCE = ['--exclude', 'tests/lib/guide.test.ts']
// they ask of every act in lib whether it puts its question, so they are the quickest to miss one
const ASKS_OF_ALL_ACTS = ['tests/lib/policy.test.ts', 'tests/lib/policy-enforcement.test.ts']

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
    const locks = switchLocks(copy).filter(isWanted)
    const { startTestDatabases } = await import('../run/databases.mjs')
    const { urls, stop } = await startTestDatabases()
    cleanups.push(stop)
    const policies = (await policyMutants(urls.superuser)).filter(isWanted)
    const unit = locks.filter(({ suite }) => suite === 'unit')
    const tenancy = locks.filter(({ suite }) => suite === 'tenancy')
    const report = reporter(policies.length + locks.length)
    const env = { ATRIUM_TEST_DATABASES: JSON.stringify(urls), ATRIUM_MUTANT_FILE: path.join(copy, 'mutant') }
    turnOff(copy, '')
    if (policies.length) await tryPolicies({ copy, suite: 'unit', env }, urls, policies, report)
    if (unit.length) await tryLocks({ copy, suite: 'unit', env }, unit, report)
    if (tenancy.length) await tryLocks(await served(copy, env, urls, cleanups), tenancy, report)
    return report()
  } finally {
    await cleanUp(cleanups)
  }
}

/** In the opposite order of the making. @param {(() => Promise<unknown>)[]} cleanups */
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

/** Says how it goes with each mutant; asked without one, it says how all went, and returns the exit code. @param {number} count */
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
  const tests = ['tests/lib/tenant-context.test.ts']
  await requirePass(asked, tests)
  for (const { name, weaken, mend } of mutants) {
    await query(superuser, weaken) // in the template that every test's own database is copied from
    report(name, await passes(asked, tests))
    await query(superuser, mend)
  }
  await requirePass(asked, tests)
}

/** @param {Asked} asked @param {Lock[]} locks @param {ReturnType<typeof reporter>} report */
async function tryLocks(asked, locks, report) {
  // on one server and database for all, each mutant finds what those before it left, so they are looked at again in the end
  const shared = asked.suite === 'tenancy' ? byName([...new Set(locks.flatMap(({ aim }) => aim ?? []))]) : undefined
  if (shared) await requirePass(asked, shared)
  const green = new Set(shared ? locks.map(({ aim }) => String(aim && byName([aim]))) : [])
  for (const { name, id, aim } of locks) {
    let survives = true
    for (const args of stagesOf(asked, aim)) {
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

/** What is asked about a lock, one after the other until something misses it. @param {Asked} asked @param {string | undefined} aim */
function stagesOf({ suite }, aim) {
  if (suite === 'unit') return [ASKS_OF_ALL_ACTS, ...(aim ? [[aim]] : []), READS_THE_SOURCE]
  return [...(aim ? [byName([aim])] : []), []]
}

/** The arguments that choose tests by the beginning of their names. @param {string[]} aims */
function byName(aims) {
  return ['-t', aims.map((aim) => aim.replace(/[[\].()]/g, '\\$&')).join('|')]
}

/** @param {string} copy @param {string} id of the lock, or nothing for none */
function turnOff(copy, id) {
  writeFileSync(path.join(copy, 'mutant'), id)
}

/**
 * A build of the copy, and its server.
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
  let said = ''
  const isGreen = await passes(asked, args, (text) => {
    said = (said + text).slice(-SHOWN_OF_RED)
  })
  if (!isGreen) throw new CliError(`${RED_ANYWAY}\n${said}`)
}

/**
 * Whether the tests are green.
 * @param {Asked} asked @param {string[]} args which of them @param {(text: string) => void} [listen] to what they say
 * @returns {Promise<boolean>}
 */
function passes({ copy, suite, env }, args, listen = () => undefined) {
  return new Promise((resolve, reject) => {
    const command = ['node_modules/vitest/vitest.mjs', 'run', '--project', suite, '--bail', '1', '--reporter=dot', ...args]
    const child = spawn(process.execPath, command, { cwd: copy, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', listen)
    child.once('error', reject)
    child.once('close', (code) => resolve(code === 0))
  })
}

await runScript(main)
