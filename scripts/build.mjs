// npm run build: the production build, from a fresh clone if need be.
import { runScript } from './cli.mjs'
import { prepare, run } from './setup.mjs'

await runScript(async () => {
  await prepare()
  return run(process.execPath, ['node_modules/next/dist/bin/next', 'build'], {
    ...process.env,
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
  })
})
