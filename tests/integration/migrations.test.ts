import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { connect } from '../../scripts/connect.mjs'
import { named } from '../run/databases.mjs'
import { asSuperuser } from '../support/database'
import { unique } from '../support/people'

// npm run db:migrate, if a migration fails or the command is killed in the middle.

const ROOT = path.resolve(import.meta.dirname, '../..')
const COMMAND = ['scripts/db.mjs', 'migrate']

/** Creates an empty database, and runs `fn` while a transaction there lets the first migration begin, and not end. */
async function inBlockedDatabase(fn: (env: NodeJS.ProcessEnv, client: Awaited<ReturnType<typeof connect>>) => Promise<void>) {
  const name = unique('empty').toLowerCase().replace(/\W/g, '_')
  await asSuperuser(`CREATE DATABASE ${name} OWNER atrium_owner`)
  const client = await connect(named(process.env.DATABASE_OWNER_URL ?? '', name))
  try {
    await client.query('BEGIN; CREATE TABLE users ()')
    const [DATABASE_OWNER_URL, DATABASE_URL] = [process.env.DATABASE_OWNER_URL, process.env.DATABASE_URL].map((url) =>
      named(url ?? '', name),
    )
    await fn({ ...process.env, DATABASE_OWNER_URL, DATABASE_URL }, client)
  } finally {
    await client.end()
  }
}

function migrate(env: NodeJS.ProcessEnv): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, COMMAND, { cwd: ROOT, env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
    )
  })
}

test('a migration that fails is rolled back, and the next run applies it', async () => {
  await inBlockedDatabase(async (env, client) => {
    await client.query('ROLLBACK; CREATE TYPE role AS ENUM ()')
    const failed = await migrate(env)
    expect(failed.code).toBe(1)
    expect(failed.output).toMatch(
      /^The migration 20261123000000_front_door failed, .+ applied: type "role" already exists\. Correct the cause, .+\n$/,
    )
    await client.query('DROP TYPE role')
    expect(await migrate(env)).toEqual({ code: 0, output: expect.stringContaining('front_door') })
    expect(await migrate(env)).toEqual({ code: 0, output: expect.stringContaining('up to date') })
  })
})

test('a migration whose command is killed is applied once by the next run', async () => {
  await inBlockedDatabase(async (env, client) => {
    const child = spawn(process.execPath, COMMAND, { cwd: ROOT, env, stdio: 'ignore' })
    const isWaiting = async () =>
      (await asSuperuser(`SELECT FROM pg_stat_activity WHERE query LIKE 'SELECT pg_advisory_xact_lock%' AND wait_event_type = 'Lock'`))
        .length > 0
    while (!(await isWaiting())) await sleep(20)
    child.kill('SIGKILL')
    await once(child, 'exit')
    const next = migrate(env) // waits for the script that still runs
    await sleep(500)
    await client.query('ROLLBACK')
    expect(await next).toMatchObject({ code: 0 })
    expect(await migrate(env)).toEqual({ code: 0, output: expect.stringContaining('up to date') })
    const { rows } = await client.query(
      'SELECT migration_name FROM _prisma_migrations GROUP BY 1 HAVING count(*) > 1 OR bool_or(finished_at IS NULL)',
    )
    expect(rows).toEqual([])
  })
})
