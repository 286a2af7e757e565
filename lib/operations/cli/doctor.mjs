// npm run doctor [-- --url https://app.example.com]: checks a deployment from inside and outside, with its settings. It runs the
// code of the production build, as the worker does. Exits with 1 if something is wrong.
import { createRequire } from 'node:module'
import { parseArgs } from 'node:util'
import { loadEnv, standaloneServer } from '../../../scripts/setup.mjs'
import { CliError, runCommand } from '../../platform/cli.mjs'

await runCommand(async () => {
  loadEnv()
  const { values } = parseArgs({ options: { url: { type: 'string' } } })
  if (values.url && !URL.canParse(values.url)) throw new CliError('--url must be a URL, such as https://app.example.com')
  const server = standaloneServer()
  Object.assign(process.env, { NODE_ENV: 'production', NEXT_RUNTIME: 'nodejs' })
  process.chdir(new URL('.', server).pathname)
  const require = createRequire(server)
  require('next/dist/server/node-environment')
  process.exit((await require('./.next/server/instrumentation.js').runDoctor(values)) ? 0 : 1) // with open connections
})
