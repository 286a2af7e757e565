// npm start: the production server. With DATABASE_URL set it migrates nothing; without, it brings its own PostgreSQL.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { CliError, runScript, say } from './cli.mjs'
import { DATA_DIR, loadEnv, ROOT } from './setup.mjs'

await runScript(async () => {
  loadEnv()
  if (!existsSync(path.join(ROOT, '.next', 'BUILD_ID'))) throw new CliError('There is no production build yet. Run npm run build first.')
  const { serveUntilStopped } = await import('./server.mjs')
  await serveUntilStopped({ dev: false, dataDir: DATA_DIR, onReady: (url) => say(`Atrium is open at ${url}`) })
})
