// npm run build: the production build. It also works in a fresh clone.
import { execFile } from 'node:child_process'
import { cpSync, existsSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { runScript } from '../lib/platform/cli.mjs'
import { prepare, ROOT, run } from './setup.mjs'

const SBOM_MAX_BYTES = 16 * 1024 * 1024

await runScript(async () => {
  await prepare()
  const env = { ...process.env, NODE_ENV: 'production' }
  const code = await run(process.execPath, ['node_modules/next/dist/bin/next', 'build'], /** @type {NodeJS.ProcessEnv} */ (env))
  if (code !== 0) return code
  completeStandalone(path.join(ROOT, '.next', 'standalone'))
  await writeSbom(path.join(ROOT, '.next', 'standalone', 'sbom.cdx.json'))
})

/** Adds the static files, which Next does not copy, and removes the .env that it does: a build must not contain secrets. @param {string} folder */
function completeStandalone(folder) {
  cpSync(path.join(ROOT, '.next', 'static'), path.join(folder, '.next', 'static'), { recursive: true })
  if (existsSync(path.join(ROOT, 'public'))) cpSync(path.join(ROOT, 'public'), path.join(folder, 'public'), { recursive: true })
  for (const file of ['.env', '.env.production']) rmSync(path.join(folder, file), { force: true })
}

/** Writes the packages of the build as a CycloneDX SBOM, from package-lock.json and without a network (ASVS 15.1.2). @param {string} file */
async function writeSbom(file) {
  const args = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--omit=dev', '--package-lock-only']
  const { stdout } = await promisify(execFile)('npm', args, { cwd: ROOT, maxBuffer: SBOM_MAX_BYTES })
  writeFileSync(file, stdout)
}
