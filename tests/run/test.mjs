// npm test: prepares the checkout, makes a production build, and runs every suite on temporary databases.
//   npm test -- unit attack                  the named suites
//   npm test -- tests/unit/http/paths.test.ts one file or folder
//   npm test -- tenancy -t "a title"         the tests whose title matches
//   npm test -- e2e --no-build               on the existing build
//   npm test -- e2e --dev                    on `next dev`
//   npm test -- e2e --standalone             on the standalone output in a separate folder
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { CliError, runScript, say } from '../../lib/platform/cli.mjs'
import { untilStopped } from '../../scripts/process.mjs'
import { prepare } from '../../scripts/setup.mjs'
import { findBrowser } from './browser.mjs'
import { createDatabase, startTestDatabases } from './databases.mjs'
import { atMost, runNode, stopChildren } from './processes.mjs'
import { RESULTS, startServer } from './server.mjs'
import { commandOf, outcomeOf, SUITES, select } from './suites.mjs'

// With two suites at once, fifty parallel requests time out on two cores.
const SUITES_AT_ONCE = 1

const NO_DATABASES = { urls: { superuser: '', owner: '', runtime: '' }, stop: async () => undefined }

/** @typedef {import('./suites.mjs').Outcome & { name: string }} Result */
/** @typedef {{ superuser: string, owner: string, runtime: string }} Urls */

async function main() {
  const { suites, title, build, runtime } = select(process.argv.slice(2))
  await prepare()
  mkdirSync(RESULTS, { recursive: true })
  const needsPostgres = [...suites.keys()].some((name) => SUITES[name]?.postgres || SUITES[name]?.build)
  const databases = needsPostgres ? await startTestDatabases() : NO_DATABASES
  untilStopped().then(async () => {
    await stopChildren()
    await stopServers()
      .finally(databases.stop)
      .finally(() => process.exit(130))
  })
  try {
    const needsBuild = build && [...suites.keys()].some((name) => SUITES[name]?.build)
    const isAlone = suites.size === 1
    const built = needsBuild ? makeBuild(isAlone) : Promise.resolve()
    const browser = [...suites.keys()].some((name) => SUITES[name]?.runner === 'playwright') ? findBrowser() : Promise.resolve('')
    for (const early of [built, browser]) early.catch(() => undefined) // reported by the suites that wait for it
    const results = await atMost(SUITES_AT_ONCE, [...suites], async ([name, files]) => {
      if (SUITES[name]?.build) await built
      /** @type {Record<string, string>} */
      const chromium = SUITES[name]?.runner === 'playwright' ? { CHROMIUM_PATH: await browser } : {}
      return runSuite(name, { files, title, urls: databases.urls, isQuiet: !isAlone, runtime, env: chromium })
    })
    return report(results)
  } finally {
    await stopServers().finally(databases.stop)
  }
}

/** @param {boolean} isAlone whether to print the output at once, because no other suite prints at the same time */
async function makeBuild(isAlone) {
  say('Building for production.')
  const log = path.join(RESULTS, 'build.log')
  if ((await runNode(['scripts/build.mjs'], isAlone ? {} : { log })) === 0) return
  throw new CliError(`The production build failed.\n${isAlone ? '' : readFileSync(log, 'utf8')}`)
}

/**
 * Runs one suite and prints its closing line. With `isQuiet`, its output is printed only if a test fails.
 * @param {string} name @param {{ files: string[], title?: string, urls: Urls, isQuiet: boolean, runtime: import('./suites.mjs').Runtime, env: Record<string, string> }} options
 * @returns {Promise<Result>}
 */
async function runSuite(name, { files, title, urls, isQuiet, runtime, env: given }) {
  const started = performance.now()
  const report = path.join(RESULTS, `${name}.json`)
  const log = path.join(RESULTS, `${name}.log`)
  rmSync(report, { force: true })
  const env = {
    ATRIUM_TEST_DATABASES: JSON.stringify(urls),
    PLAYWRIGHT_JSON_OUTPUT_FILE: report,
    TEST_RUNTIME: runtime,
    ...(await startServers(name, urls, runtime)),
    ...given,
  }
  const exitCode = await runNode(commandOf(name, { files, title, report }), { env, ...(isQuiet ? { log } : {}) })
  const outcome = outcomeOf(name, report, exitCode)
  if (isQuiet && outcome.failed) say(`\n${readFileSync(log, 'utf8')}`)
  say(`${name}: ${outcome.passed} passed, ${outcome.failed} failed (${Math.round((performance.now() - started) / 1000)} s)`)
  await servers.get(name)?.()
  servers.delete(name)
  return { name, ...outcome }
}

/** @type {Map<string, () => Promise<unknown>>} how to stop the servers of each running suite */
const servers = new Map()

async function stopServers() {
  await Promise.all([...servers.values()].map((stop) => stop()))
}

/** @param {string} name @param {Urls} urls @param {import('./suites.mjs').Runtime} runtime @returns {Promise<Record<string, string>>} the variables with the suite's servers and databases */
async function startServers(name, urls, runtime) {
  if (SUITES[name]?.database) return createDatabase(urls, `atrium_${name}`)
  const count = SUITES[name]?.servers ?? 0
  const started = Array.from({ length: count }, (_, index) =>
    startServer(urls, { database: `atrium_${name}_${index + 1}`, fastHashing: true, runtime }),
  )
  servers.set(name, async () => {
    for (const result of await Promise.allSettled(started)) if (result.status === 'fulfilled') await result.value.stop()
  })
  const all = (await Promise.all(started)).map(({ env }) => env)
  return all.length > 1 ? { ...all[0], ATRIUM_SERVERS: JSON.stringify(all) } : { ...all[0] }
}

/** Prints failures and totals last, so that a shortened log still contains them. @param {Result[]} results @returns {number} the exit code */
function report(results) {
  const failures = results.flatMap(({ name, failures }) => failures.map((failure) => `${name}: ${failure}`))
  const passed = results.reduce((sum, result) => sum + result.passed, 0)
  const failed = results.reduce((sum, result) => sum + result.failed, 0)
  if (failures.length) say(`\nFailed:\n${failures.join('\n')}`)
  say(`\n${passed} passed, ${failed} failed`)
  return failed || !passed ? 1 : 0
}

await runScript(main)
