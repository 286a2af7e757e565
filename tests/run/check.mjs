// npm run check: the checks that need no production build. Prints a line for each step, and its output if it fails.
import { mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { runScript, say } from '../../lib/platform/cli.mjs'
import { untilStopped } from '../../scripts/process.mjs'
import { prepare } from '../../scripts/setup.mjs'
import { atMost, runNode, stopChildren } from './processes.mjs'
import { RESULTS } from './server.mjs'

const STEPS_AT_ONCE = 2

/** @type {Record<string, string[][]>} each step with its commands, which run one after another */
const STEPS = {
  'unit tests': [['tests/run/test.mjs', 'unit']],
  types: [
    ['node_modules/next/dist/bin/next', 'typegen'],
    ['node_modules/typescript/bin/tsc', '--noEmit', '--incremental', 'false'],
  ],
  'format and lint': [['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.']],
  'duplicate code': [['node_modules/jscpd/bin/jscpd', '--exitCode', '1']],
  'dead code': [['node_modules/knip/bin/knip.js', '--no-progress']],
}

async function main() {
  await prepare()
  mkdirSync(path.join(RESULTS, 'check'), { recursive: true })
  untilStopped().then(() => stopChildren().finally(() => process.exit(130)))
  const results = await atMost(STEPS_AT_ONCE, Object.entries(STEPS), async ([name, commands]) => ({
    name,
    isPassed: await runStep(name, commands),
  }))
  const failed = results.filter(({ isPassed }) => !isPassed).map(({ name }) => name)
  say(failed.length ? `\nFailed: ${failed.join(', ')}` : '\nAll checks passed')
  return failed.length ? 1 : 0
}

/** @param {string} name @param {string[][]} commands @returns {Promise<boolean>} whether all of them exited with 0 */
async function runStep(name, commands) {
  const started = performance.now()
  let isPassed = true
  for (const args of commands) {
    const log = path.join(RESULTS, 'check', `${name.replaceAll(' ', '-')}.log`)
    isPassed = (await runNode(args, { log })) === 0
    if (isPassed) continue
    say(`\n${readFileSync(log, 'utf8')}`)
    break
  }
  say(`${name}: ${isPassed ? 'passed' : 'failed'} (${Math.round((performance.now() - started) / 1000)} s)`)
  return isPassed
}

await runScript(main)
