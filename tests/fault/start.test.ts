import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, get, type IncomingHttpHeaders } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import pg from 'pg'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../../scripts/postgres.mjs'
import { copyTemplate, named } from '../run/databases.mjs'
import { NO_SETTINGS } from '../run/server.mjs'
import { CountingProxy } from './counting-proxy'
import { SECRETS, Server } from './server'

const urls = JSON.parse(process.env.ATRIUM_TEST_DATABASES ?? '{}') as { superuser: string; owner: string; runtime: string }
const DATABASE_URL = named(urls.runtime, 'fault_start')
let server: Server | undefined
/** The server's first connection sends its startup message, two messages with the password, and its end. */
const FIRST_OF_SECOND_CONNECTION = 5

beforeAll(() => copyTemplate(urls.superuser, 'fault_start'))
afterEach(() => server?.stop())

async function asSuperuser(database: string, sql: string) {
  const client = new pg.Client({ connectionString: named(urls.superuser, database) })
  await client.connect()
  await client.query(sql)
  await client.end()
}

describe('the server exits with 1 and says why', () => {
  // ASVS 13.2.3, 13.3.2
  test.each([
    ['when a secret is missing', { AUTH_SECRET: '' }, /AUTH_SECRET is required/],
    ['when a secret is short', { AUTH_SECRET: 'hunter2' }, /AUTH_SECRET must be 32 random bytes/],
    ['when APP_URL is missing', { APP_URL: '' }, /APP_URL is required in production/],
    ['when APP_URL is not a URL', { APP_URL: 'app.example' }, /APP_URL must be an http/],
    ['when APP_URL is http', { APP_URL: 'http://app.example' }, /APP_URL must be an https URL in production/],
    [
      'when the connection to a remote database may be unencrypted',
      { DATABASE_URL: 'postgresql://app:hunter2@db.example/atrium' },
      /DATABASE_URL must have sslmode=verify-full/,
    ],
    [
      'when two settings are wrong, one line for each',
      { PASSWORD_PEPPER: '', TRUSTED_PROXIES: 'x' },
      /PASSWORD_PEPPER is required.*\n.*TRUSTED_PROXIES must be/,
    ],
    ['when it cannot send mail', { MAIL: '' }, /SMTP_URL is required in production, unless MAIL=log\nMAIL_FROM is required/],
    ['when PORT is not a number', { PORT: 'http' }, /PORT must be a port number/],
  ])('%s', async (_, wrong, message) => {
    server = await Server.start({ DATABASE_URL, ...wrong })
    expect(await server.stop()).toBe(1)
    expect(server.output).toMatch(message)
    expect(server.output).not.toMatch(/hunter2|\n\s+at /)
  })

  // ASVS 8.4.1, 13.2.2
  test('when the role can bypass row-level security', async () => {
    server = await Server.start({ DATABASE_URL: named(urls.superuser, 'fault_start') })
    expect(await server.stop()).toBe(1)
    expect(server.output).toMatch(/role "postgres" of DATABASE_URL can bypass row-level security/)
  })

  // ASVS 13.2.2, 13.3.2
  test('when the role owns the tables', async () => {
    server = await Server.start({ DATABASE_URL: named(urls.owner, 'fault_start') })
    expect(await server.stop()).toBe(1)
    expect(server.output).toMatch(/role "atrium_owner" of DATABASE_URL owns tables/)
  })

  // ASVS 8.4.1
  test('when row-level security is not forced', async () => {
    await copyTemplate(urls.superuser, 'fault_unforced')
    await asSuperuser('fault_unforced', 'ALTER TABLE memberships NO FORCE ROW LEVEL SECURITY')
    server = await Server.start({ DATABASE_URL: named(urls.runtime, 'fault_unforced') })
    expect(await server.stop()).toBe(1)
    expect(server.output).toMatch(/not forced on the table "memberships"/)
  })

  test('when a migration is missing', async () => {
    await asSuperuser('postgres', 'CREATE DATABASE fault_empty')
    server = await Server.start({ DATABASE_URL: named(urls.runtime, 'fault_empty') })
    expect(await server.stop()).toBe(1)
    expect(server.output).toMatch(/not migrated: .*front_door.* Run npm run db:migrate/)
  })

  test('when the job queue is missing', async () => {
    await copyTemplate(urls.superuser, 'fault_queueless')
    await asSuperuser('fault_queueless', 'DROP SCHEMA graphile_worker CASCADE')
    server = await Server.start({ DATABASE_URL: named(urls.runtime, 'fault_queueless') })
    expect(await server.stop()).toBe(1)
    expect(server.output).toMatch(/The job queue is missing.* Run npm run db:migrate/)
    expect(server.output).not.toMatch(/\n\s+at /)
  })

  const runtime = new URL(DATABASE_URL || 'postgresql://none')
  const changed = (change: (url: URL) => void) => {
    const url = new URL(runtime)
    change(url)
    return url.href
  }
  test.each([
    ['when the password is wrong', changed((url) => (url.password = 'wrong')), /refused the role "atrium_app": its password is wrong/],
    [
      'when the role does not exist',
      changed((url) => (url.username = 'unknown_role')),
      /refused the role "unknown_role": .*or the role does not exist/,
    ],
    ['when the database does not exist', changed((url) => (url.pathname = '/none')), /The database "none" does not exist/],
    [
      'when the host is unknown',
      changed((url) => (url.href = `${url.href.replace(url.hostname, 'db.invalid')}?sslmode=disable`)),
      /No database answers at db\.invalid.* \((ENOTFOUND|EAI_AGAIN)\)/,
    ],
    ['when nothing listens on the port', changed((url) => (url.port = '1')), /No database answers at 127\.0\.0\.1:1 \(ECONNREFUSED\)/],
    [
      'when the host does not answer',
      changed((url) => (url.href = `${url.href.replace(url.host, '192.0.2.1')}?sslmode=disable`)),
      /No database answers at 192\.0\.2\.1/,
    ],
  ])('within ten seconds %s', async (_, url, message) => {
    const started = performance.now()
    server = await Server.start({ DATABASE_URL: url })
    expect(server.isRunning).toBe(false)
    expect(performance.now() - started).toBeLessThan(10_000)
    expect(await server.stop()).toBe(1)
    expect(server.output).toMatch(message)
    expect(server.output).toMatch(/Correct DATABASE_URL|correct DATABASE_URL/)
    expect(server.output).not.toMatch(/\n\s+at |wrong@/)
  })

  test('when the port is in use', async () => {
    const port = await freePort()
    const other = createServer().listen(port)
    server = await Server.start({ DATABASE_URL, PORT: String(port) })
    other.close()
    expect(await server.stop()).toBe(1)
    expect(server.output).toMatch(new RegExp(`Port ${port} is in use by another program\\. .*PORT=${port + 1}`))
  })

  test('when DATABASE_URL is missing', async () => {
    server = await Server.start({ DATABASE_URL: '', EMBEDDED_POSTGRES: '' })
    expect(await server.stop()).toBe(1)
    expect(server.output).toMatch(/DATABASE_URL is required in production\. .*EMBEDDED_POSTGRES=on/)
  })
})

test.each(['SIGTERM', 'SIGINT'] as const)('ends a server that is still starting on %s', async (signal) => {
  const silent = createTcpServer().listen(0, '127.0.0.1') // accepts connections, and never answers
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  server = await Server.spawn({ DATABASE_URL: `postgresql://atrium_app:x@127.0.0.1:${port}/atrium` })
  await once(silent, 'connection')
  const signalled = performance.now()
  await server.stop(signal)
  expect(performance.now() - signalled).toBeLessThan(1_000)
  silent.close()
})

test.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const)('ends the server on %s', async (signal, code) => {
  server = await Server.start({ DATABASE_URL })
  expect((await server.timed('/api/health/ready')).status).toBe(200)
  expect(await server.stop(signal)).toBe(code)
  await expect(fetch(server.origin)).rejects.toThrow()
})

test('starts although PostgreSQL is slow to accept a connection of its checks', async () => {
  const proxy = await CountingProxy.start(DATABASE_URL)
  const dropped: number[] = []
  proxy.count((count) => count !== FIRST_OF_SECOND_CONNECTION || dropped.push(count) === 0) // that connection never answers
  server = await Server.start({ DATABASE_URL: proxy.url })
  expect([server.isRunning, dropped]).toEqual([true, [FIRST_OF_SECOND_CONNECTION]])
  expect((await server.timed('/api/health/ready')).status).toBe(200)
  proxy.close()
})

test('ends the server when npm is killed', async () => {
  const port = String(await freePort())
  const origin = `http://localhost:${port}`
  const settings = { DATABASE_URL, PORT: port, APP_URL: origin, NODE_ENV: undefined, npm_lifecycle_event: 'start' }
  const env = { ...process.env, ...NO_SETTINGS, ...SECRETS, ...settings } as unknown as NodeJS.ProcessEnv
  const npm = spawn('sh', ['-c', `${process.execPath} scripts/start.mjs & wait`], { env, stdio: 'ignore' })
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

/** Returns the headers of a response to a request for the host `app.example`. `fetch` cannot set the Host header. */
async function headersFor(path: string, origin: string): Promise<IncomingHttpHeaders> {
  const [response] = await once(get(new URL(path, origin), { headers: { host: 'app.example' } }), 'response')
  response.resume()
  return response.headers
}

// ASVS 3.3.1, 3.3.3, 3.4.1, 12.2.1
test('sets secure cookies and HSTS for an https origin', async () => {
  server = await Server.start({ DATABASE_URL, APP_URL: 'https://app.example' })
  const page = await headersFor('/private', server.origin)
  expect(page.location).toMatch(/^(https:\/\/app\.example)?\/login\?callbackUrl=%2Fprivate$/)
  expect(page['strict-transport-security']).toBe('max-age=63072000; includeSubDomains')
  const csrf = await headersFor('/api/auth/csrf', server.origin)
  expect(csrf['set-cookie']?.[0]).toMatch(/^__Host-authjs\.csrf-token=.*Secure/)
})

// ASVS 4.1.3
test('rejects a host name that differs from APP_URL, except for health checks', async () => {
  server = await Server.start({ DATABASE_URL, APP_URL: 'https://app.example' })
  for (const path of ['/', '/login', '/private', '/api/auth/csrf']) expect((await server.timed(path)).status, path).toBe(421)
  for (const path of ['/api/health/live', '/api/health/ready']) expect((await server.timed(path)).status, path).toBe(200)
})

// ASVS 15.1.2
test('lists the packages of the build in a CycloneDX SBOM', () => {
  const sbom = JSON.parse(readFileSync('.next/standalone/sbom.cdx.json', 'utf8'))
  expect(sbom).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { type: 'application' } } })
  const names = sbom.components.map(({ name }: { name: string }) => name)
  expect(names).toContain('nodemailer')
  expect(names).not.toContain('vitest')
})
