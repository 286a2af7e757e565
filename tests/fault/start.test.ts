import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import pg from 'pg'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../../scripts/postgres.mjs'
import { copyTemplate, named } from '../run/databases.mjs'
import { NO_SETTINGS } from '../run/server.mjs'
import { SECRETS, Server } from './server'

const urls = JSON.parse(process.env.ATRIUM_TEST_DATABASES ?? '{}') as { superuser: string; owner: string; runtime: string }
const DATABASE_URL = named(urls.runtime, 'fault_start')
let server: Server | undefined

beforeAll(() => copyTemplate(urls.superuser, 'fault_start'))
afterEach(() => server?.stop())

async function asSuperuser(database: string, sql: string) {
  const client = new pg.Client({ connectionString: named(urls.superuser, database) })
  await client.connect()
  await client.query(sql)
  await client.end()
}

describe('the server does not start', () => {
  test.each([
    ['without a secret', { AUTH_SECRET: '' }, /AUTH_SECRET is required/],
    ['with a short secret', { AUTH_SECRET: 'hunter2' }, /AUTH_SECRET must be 32 characters/],
    ['with an address that is none', { APP_URL: 'app.example' }, /APP_URL must be an http/],
    [
      'with two wrong settings, each on its line',
      { PASSWORD_PEPPER: '', TRUSTED_PROXIES: 'x' },
      /PASSWORD_PEPPER is required.*\n.*TRUSTED_PROXIES must be/,
    ],
    ['without a way for its mail', { MAIL: '' }, /SMTP_URL is required in production, unless MAIL=log\nMAIL_FROM is required/],
    ['with a port that is none', { PORT: 'http' }, /PORT must be a port number/],
  ])('%s, and says which and why', async (_, wrong, message) => {
    server = await Server.start({ DATABASE_URL, ...wrong })
    expect(await server.stop()).toBe(1)
    expect(server.output).toMatch(message)
    expect(server.output).not.toMatch(/hunter2|\n\s+at /)
  })

  test('under a role that can bypass row-level security', async () => {
    server = await Server.start({ DATABASE_URL: named(urls.superuser, 'fault_start') })
    expect(await server.stop()).toBe(1)
    expect(server.output).toMatch(/role "postgres" of DATABASE_URL can bypass row-level security/)
  })

  test('under the role that owns the tables', async () => {
    server = await Server.start({ DATABASE_URL: named(urls.owner, 'fault_start') })
    expect(await server.stop()).toBe(1)
    expect(server.output).toMatch(/role "atrium_owner" of DATABASE_URL owns tables/)
  })

  test('where row-level security is not forced', async () => {
    await copyTemplate(urls.superuser, 'fault_unforced')
    await asSuperuser('fault_unforced', 'ALTER TABLE memberships NO FORCE ROW LEVEL SECURITY')
    server = await Server.start({ DATABASE_URL: named(urls.runtime, 'fault_unforced') })
    expect(await server.stop()).toBe(1)
    expect(server.output).toMatch(/not forced on the table "memberships"/)
  })

  test('on a database that is not migrated', async () => {
    await asSuperuser('postgres', 'CREATE DATABASE fault_empty')
    server = await Server.start({ DATABASE_URL: named(urls.runtime, 'fault_empty') })
    expect(await server.stop()).toBe(1)
    expect(server.output).toMatch(/not migrated: .*front_door.* Run npm run db:migrate/)
  })

  test('where the queue of jobs is missing', async () => {
    await copyTemplate(urls.superuser, 'fault_queueless')
    await asSuperuser('fault_queueless', 'DROP SCHEMA graphile_worker CASCADE')
    server = await Server.start({ DATABASE_URL: named(urls.runtime, 'fault_queueless') })
    expect(await server.stop()).toBe(1)
    expect(server.output).toMatch(/The queue of jobs, which mail goes through, is missing.* Run npm run db:migrate/)
    expect(server.output).not.toMatch(/\n\s+at /)
  })

  test('on a database that is not there', async () => {
    server = await Server.start({ DATABASE_URL: `postgresql://nobody:x@127.0.0.1:${await freePort()}/none` })
    expect(await server.stop()).toBe(1)
    expect(server.output).toMatch(/The database of DATABASE_URL does not answer/)
  })

  test('on a port that another program has', async () => {
    const port = await freePort()
    const other = createServer().listen(port)
    server = await Server.start({ DATABASE_URL, PORT: String(port) })
    other.close()
    expect(await server.stop()).toBe(1)
    expect(server.output).toMatch(new RegExp(`Port ${port} is taken by another program\\. .*PORT=${port + 1}`))
  })
})

test.each(['SIGTERM', 'SIGINT'] as const)('%s ends the server in order', async (signal) => {
  server = await Server.start({ DATABASE_URL })
  expect((await server.timed('/api/health/ready')).status).toBe(200)
  expect(await server.stop(signal)).toBe(0)
  await expect(fetch(server.origin)).rejects.toThrow()
})

test('killed npm, which tells nobody, takes the server with it', async () => {
  const port = String(await freePort())
  const settings = { DATABASE_URL, PORT: port, APP_URL: '', NODE_ENV: undefined, npm_lifecycle_event: 'start' }
  const env = { ...process.env, ...NO_SETTINGS, ...SECRETS, ...settings } as unknown as NodeJS.ProcessEnv
  const npm = spawn('sh', ['-c', `${process.execPath} scripts/start.mjs & wait`], { env, stdio: 'ignore' })
  const origin = `http://localhost:${port}`
  const answers = () =>
    fetch(`${origin}/api/health/live`, { signal: AbortSignal.timeout(2_000) }).then(
      ({ ok }) => ok,
      () => false,
    )
  await expect
    .poll(answers, { timeout: 30_000 })
    .toBe(true)
    .finally(() => npm.kill('SIGKILL'))
  await expect.poll(answers, { timeout: 15_000 }).toBe(false)
})

test('where the origin is https, cookies and headers say so', async () => {
  server = await Server.start({ DATABASE_URL, APP_URL: 'https://app.example' })
  const { headers } = await server.timed('/private')
  expect(headers.get('location')).toBe('/login?callbackUrl=%2Fprivate')
  expect(headers.get('strict-transport-security')).toMatch(/max-age=63072000/)
  const csrf = await server.timed('/api/auth/csrf')
  expect(csrf.headers.getSetCookie()[0]).toMatch(/^__Host-authjs\.csrf-token=.*Secure/)
})
