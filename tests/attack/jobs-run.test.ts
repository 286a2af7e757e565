import { beforeEach, expect, test } from 'vitest'
import { asSuperuser } from '../support/database'
import { expectUnchanged } from '../support/database-state'
import { HttpClient, ORIGIN } from '../support/http-client'

const run = (headers: Record<string, string> = {}) => new HttpClient().request('/api/jobs/run', { method: 'POST', origin: null, headers })
const SECRET = process.env.JOBS_SECRET ?? ''
const WRONG: Record<string, string>[] = [
  {},
  { authorization: 'Bearer ' },
  { authorization: `Bearer ${SECRET}x` },
  { origin: ORIGIN, 'sec-fetch-site': 'same-origin' },
]

beforeEach(() => asSuperuser(`DELETE FROM limits WHERE key LIKE '%jobs-run%'`))

// ASVS 4.1.5
test('refuses a caller without the secret, and changes nothing', async () => {
  for (const headers of WRONG) expect((await expectUnchanged(() => run(headers))).status).toBe(401)
})

test('runs the jobs that are due', async () => {
  await asSuperuser(`SELECT graphile_worker.add_job('erase-account', json_build_object('accountId', gen_random_uuid()))`)
  const { status, text } = await run({ authorization: `Bearer ${SECRET}` })
  expect([status, JSON.parse(text)]).toEqual([200, { ran: expect.any(Number), done: true }])
  expect(await asSuperuser(`SELECT FROM graphile_worker._private_jobs WHERE key IS NULL AND attempts = 0 AND run_at < now()`)).toEqual([])
})

// ASVS 2.4.1
test('limits attempts by address', async () => {
  const statuses = []
  for (let attempt = 0; attempt < 11; attempt += 1) statuses.push((await run()).status)
  expect(statuses.at(-1)).toBe(429)
})
