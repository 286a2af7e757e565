import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { migrate } from '../../scripts/migrate.mjs'
import { freePort, type Postgres, startPostgres } from '../../scripts/postgres.mjs'
import { NO_SETTINGS } from '../run/server.mjs'
import { SECRETS, Server } from './server'

// A separate PostgreSQL, with jobs that change nothing: they erase accounts that do not exist.
const folder = mkdtempSync(path.join(tmpdir(), 'atrium-worker-'))
let postgres: Postgres
let port: number
let server: Server | undefined
let worker: ChildProcess | undefined

beforeAll(async () => {
  chmodSync(folder, 0o755)
  port = await freePort()
  postgres = await startPostgres(path.join(folder, 'postgres'), { port })
  await migrate({ ownerUrl: postgres.url('owner'), runtimeUrl: postgres.url('runtime') })
})
afterEach(async () => {
  await server?.stop()
  if (worker?.exitCode === null) worker.kill('SIGKILL')
})
afterAll(async () => {
  await postgres?.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function ask<T extends Record<string, unknown>>(sql: string): Promise<T | undefined> {
  const client = new pg.Client({ connectionString: postgres.url('superuser') })
  await client.connect()
  try {
    return (await client.query<T>(sql)).rows[0]
  } finally {
    await client.end()
  }
}

const queue = () => ask(`SELECT graphile_worker.add_job('erase-account', json_build_object('accountId', gen_random_uuid()))`)
const countWaiting = async () =>
  (await ask<{ n: number }>('SELECT count(*)::int AS n FROM graphile_worker._private_jobs WHERE key IS NULL'))?.n // without the scheduled jobs
const workers = async () =>
  (await ask<{ n: number }>(`SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'atrium worker'`))?.n

describe('in the server', () => {
  // ASVS 13.2.6, 16.5.2
  test('the worker runs jobs, and resumes without a restart when the database returns', async () => {
    server = await Server.start({ DATABASE_URL: postgres.url('runtime') })
    await queue()
    await expect.poll(countWaiting, { timeout: 10_000 }).toBe(0)

    postgres.kill()
    await new Promise((resolve) => setTimeout(resolve, 4_000))
    expect((await server.timed('/api/health/live')).status).toBe(200)
    postgres = await startPostgres(path.join(folder, 'postgres'), { port })

    await queue()
    await expect.poll(countWaiting, { timeout: 20_000 }).toBe(0)
    expect(server.isRunning).toBe(true)
    expect(server.output).not.toMatch(/secretKey|password/i)
  })

  test('the worker ends with the server', async () => {
    server = await Server.start({ DATABASE_URL: postgres.url('runtime') })
    await expect.poll(workers, { timeout: 10_000 }).toBeGreaterThan(0)
    expect(await server.stop('SIGTERM')).toBe(143)
    expect(await workers()).toBe(0)
  })
})

describe('next to the server', () => {
  test('`npm run worker` runs the jobs of a server with WORKER=off, and ends on SIGTERM', async () => {
    const DATABASE_URL = postgres.url('runtime')
    server = await Server.start({ DATABASE_URL, WORKER: 'off' })
    await queue()
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    expect([await countWaiting(), await workers()]).toEqual([1, 0])

    worker = spawn(process.execPath, ['scripts/worker.mjs'], {
      env: {
        ...process.env,
        ...NO_SETTINGS,
        ...SECRETS,
        APP_URL: 'http://localhost:3000',
        DATABASE_URL,
        PORT: String(await freePort()),
        WORKER: 'off',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await expect.poll(countWaiting, { timeout: 20_000 }).toBe(0)
    worker.kill('SIGTERM')
    expect((await once(worker, 'exit'))[0]).toBe(0)
    expect(await workers()).toBe(0)
  })

  test.each([
    ['without a database', { DATABASE_URL: '' }, /needs DATABASE_URL/],
    ['with a wrong setting', { AUTH_SECRET: 'short' }, /AUTH_SECRET must be 32 random bytes/],
  ])('the worker exits with 1 and says why: %s', async (_, wrong, message) => {
    worker = spawn(process.execPath, ['scripts/worker.mjs'], {
      env: {
        ...process.env,
        ...NO_SETTINGS,
        ...SECRETS,
        APP_URL: 'http://localhost:3000',
        DATABASE_URL: postgres.url('runtime'),
        ...wrong,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let output = ''
    worker.stderr?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    expect((await once(worker, 'close'))[0]).toBe(1)
    expect(output).toMatch(message)
  })
})
