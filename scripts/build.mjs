// npm run build: the production build. It also works in a fresh clone.
import { cpSync, existsSync, rmSync } from 'node:fs'
import path from 'node:path'
import { runScript } from './cli.mjs'
import { prepare, ROOT, run } from './setup.mjs'

await runScript(async () => {
  await prepare()
  const env = { ...process.env, NODE_ENV: 'production' }
  const code = await run(process.execPath, ['node_modules/next/dist/bin/next', 'build'], /** @type {NodeJS.ProcessEnv} */ (env))
  if (code === 0) completeStandalone(path.join(ROOT, '.next', 'standalone'))
  return code
})

/** Adds the static files, which Next does not copy, and removes the .env that it does: a build must not contain secrets. @param {string} folder */
function completeStandalone(folder) {
  cpSync(path.join(ROOT, '.next', 'static'), path.join(folder, '.next', 'static'), { recursive: true })
  if (existsSync(path.join(ROOT, 'public'))) cpSync(path.join(ROOT, 'public'), path.join(folder, 'public'), { recursive: true })
  for (const file of ['.env', '.env.production']) rmSync(path.join(folder, file), { force: true })
}
