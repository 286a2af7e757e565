import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { sentence } from '@/lib/messages'
import { migrate } from '../../scripts/migrate.mjs'
import { freePort, type Postgres, startPostgres } from '../../scripts/postgres.mjs'
import { HttpClient } from '../support/http-client'
import * as labels from '../support/labels'
import { Server } from './server'

// Kills and restarts a separate PostgreSQL under a running server.
const LIMIT_MS = 3000
const folder = mkdtempSync(path.join(tmpdir(), 'atrium-fault-'))
const person = { accountName: 'Heron Fault', email: 'fault@example.com', password: 'nine purple herons wading' }
let postgres: Postgres
let server: Server
let signedIn: HttpClient
let port: number

beforeAll(async () => {
  chmodSync(folder, 0o755)
  port = await freePort()
  postgres = await startPostgres(path.join(folder, 'postgres'), { port })
  await migrate({ ownerUrl: postgres.url('owner'), runtimeUrl: postgres.url('runtime') })
  server = await Server.start({ DATABASE_URL: postgres.url('runtime') })
  signedIn = new HttpClient(server.origin)
  await signedIn.submit('/register', labels.createAccount, person, { timeoutMs: 20_000 })
})

afterAll(async () => {
  await server?.stop()
  await postgres?.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Requests a page as the signed-in user, from a loopback address that other tests do not use. */
function getFrom(localAddress: string, pathname: string): Promise<number> {
  const cookie = [...signedIn.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const { port, host } = new URL(server.origin)
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: pathname, localAddress, headers: { cookie, host } }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0))
    }).on('error', reject)
  })
}

// ASVS 15.2.2
test('answers 150 parallel requests from one address with a page or 429, and other addresses with their pages', async () => {
  await getFrom('127.0.0.1', '/private') // the first page is slow
  const crowd = Array.from({ length: 150 }, () => getFrom('127.0.0.2', '/private'))
  for (let n = 3; n < 8; n += 1) expect(await getFrom(`127.0.0.${n}`, '/private')).toBe(200)
  const statuses = new Set(await Promise.all(crowd))
  statuses.delete(429)
  expect([...statuses]).toEqual([200])
})

/** Signals PostgreSQL and each of its backends, which would otherwise keep answering. */
function signalAll(signal: 'STOP' | 'CONT') {
  execFileSync('pkill', [`-${signal}`, '-P', String(postgres.pid)])
  process.kill(postgres.pid, `SIG${signal}`)
}

describe.each(['killed', 'frozen'])('with the database %s', (how) => {
  beforeAll(async () => {
    await vi.waitFor(async () => expect((await signedIn.get('/private')).status).toBe(200), { timeout: 20_000 }) // the first page is slow
    if (how === 'killed') {
      postgres.kill()
      await new Promise((resolve) => setTimeout(resolve, 300))
    } else signalAll('STOP')
  })

  // ASVS 16.5.1, 16.5.3
  test.each(['/private', '/private/settings', '/private/accounts/heron-fault', '/login'])(
    '%s fails within three seconds, does not reveal the cause, and is not cached',
    async (page) => {
      const { status, headers, text, ms } = await signedIn.get(page)
      expect(status).toBeGreaterThanOrEqual(500)
      expect(ms).toBeLessThan(LIMIT_MS)
      expect(headers.get('cache-control')).toContain('no-store')
      expect(text).toContain('DATABASE_UNAVAILABLE') // components/error-message.tsx chooses its words by this code
      expect(text).not.toMatch(/\n\s+at \w+ \(|Prisma|postgres|ECONNREFUSED/i)
    },
  )

  // ASVS 16.5.2
  test('the home page answers, with and without a session', async () => {
    for (const client of [signedIn, new HttpClient(server.origin)]) {
      const { status, ms } = await client.get('/')
      expect(status).toBe(200)
      expect(ms).toBeLessThan(LIMIT_MS)
    }
  })

  // ASVS 13.2.6, 16.5.3
  test.each(['/api/health/ready', '/api/auth/session'])('%s answers 503 with Retry-After', async (route) => {
    const { status, headers, ms, setCookies } = await signedIn.get(route)
    expect([status, headers.get('retry-after')]).toEqual([503, '5'])
    expect(ms).toBeLessThan(LIMIT_MS)
    expect(setCookies.filter((line) => line.includes('session-token'))).toEqual([])
  })

  // ASVS 16.5.4
  test('the process stays alive', async () => {
    expect((await signedIn.get('/api/health/live')).status).toBe(200)
  })

  test.each([
    ['/register', labels.createAccount, { accountName: 'Another', email: 'another@example.com', password: 'nine purple herons wading' }],
    ['/login', labels.signIn, { email: person.email, password: person.password }],
  ])('the form of %s says that nothing was changed, and keeps the values', async (form, button, fields) => {
    const { status, text } = await new HttpClient(server.origin).submit(form, button, fields)
    expect(status).toBe(200)
    expect(text).toMatch(new RegExp(`role="alert"[^>]*>.*${sentence('database-unavailable')}`, 's'))
    expect(text).toContain(`value="${fields.email}"`)
  })

  // ASVS 13.2.6, 16.5.2
  test('everything works again when it returns, without a restart or a lost session', async () => {
    if (how === 'killed') postgres = await startPostgres(path.join(folder, 'postgres'), { port })
    else signalAll('CONT')
    await expect.poll(async () => (await signedIn.get('/private')).status, { timeout: 5000 }).toBe(200)
    await expect.poll(async () => (await signedIn.get('/api/health/ready')).status).toBe(200) // the check caches its result for a second
    expect(server.isRunning).toBe(true)
  })
})
