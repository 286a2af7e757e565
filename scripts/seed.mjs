// npm run db:seed: demo data, into the database of a running `npm run dev` or of DATABASE_URL. Never in production.
import { CliError, runScript } from './cli.mjs'
import { DATA_DIR, loadEnv, prepare, readDevNote, run, writeFirstEnv } from './setup.mjs'

await runScript(async () => {
  loadEnv()
  if (process.env.NODE_ENV === 'production') throw new CliError('The demo data has known passwords: it is not for production.')
  await prepare()
  if (!process.env.AUTH_SECRET || !process.env.PASSWORD_PEPPER) writeFirstEnv()
  loadEnv()
  const given = process.env.DATABASE_URL || readDevNote()?.runtimeUrl
  if (given) return seed(given)
  const [{ startPostgres }, { migrate }] = await Promise.all([import('./postgres.mjs'), import('./migrate.mjs')])
  const postgres = await startPostgres(DATA_DIR)
  try {
    await migrate({ ownerUrl: postgres.url('owner'), runtimeUrl: postgres.url('runtime') })
    return await seed(postgres.url('runtime'))
  } finally {
    await postgres.stop()
  }
})

/** @param {string} url */
function seed(url) {
  const args = ['--conditions=react-server', '--import', 'tsx', 'prisma/seed.ts']
  return run(process.execPath, args, { ...process.env, NODE_ENV: 'development', DATABASE_URL: url })
}
