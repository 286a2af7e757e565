// npm run check: what takes under two minutes. Format, lint and import directions, types, dead and repeated code, unit tests.
import { runScript, say } from '../../scripts/cli.mjs'
import { prepare, run } from '../../scripts/setup.mjs'

const STEPS = {
  'format, lint, imports': ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
  'types of routes': ['node_modules/next/dist/bin/next', 'typegen'],
  types: ['node_modules/typescript/bin/tsc', '--noEmit'],
  'dead code': ['node_modules/knip/bin/knip.js', '--no-progress'],
  'repeated code': ['node_modules/jscpd/bin/jscpd', '--silent', '--exitCode', '1'],
  'unit tests': ['tests/run/test.mjs', 'unit'],
}

await runScript(async () => {
  await prepare()
  const failed = []
  for (const [name, args] of Object.entries(STEPS)) {
    say(`\n── ${name} ──`)
    if ((await run(process.execPath, args, { ...process.env, NEXT_TELEMETRY_DISABLED: '1' })) !== 0) failed.push(name)
  }
  say(failed.length ? `\nNot in order: ${failed.join(', ')}.` : '\nAll in order.')
  return failed.length ? 1 : 0
})
