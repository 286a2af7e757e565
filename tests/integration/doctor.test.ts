import { mkdirSync, mkdtempSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { SECURITY_HEADERS } from '@/lib/http/security-headers.mjs'
import { linesOf } from '@/lib/operations/check'
import { checkBackups, checkClock, checkJobs, settingFaults } from '@/lib/operations/doctor'
import { checkUrl, cookieFaults, headerFaults } from '@/lib/operations/doctor-url'
import { asSuperuser } from '../support/database'
import { ownerScope } from '../support/people'

const HEADERS = Object.fromEntries([
  ...SECURITY_HEADERS.map(({ key, value }) => [key.toLowerCase(), value]),
  ['content-security-policy', "script-src 'nonce-x'"],
  ['strict-transport-security', 'max-age=1'],
])

test('the doctor names each wrong setting', () => {
  expect(settingFaults({ ...process.env, PORT: 'x', TRUSTED_PROXIES: '99' }).map(({ detail }) => detail.split(' ')[0])).toEqual([
    'PORT',
    'TRUSTED_PROXIES',
  ])
  expect(settingFaults(process.env)).toEqual([])
})

test('the doctor finds a clock that differs from the database’s', async () => {
  expect(await checkClock()).toMatch(/^0\.\d s apart/)
  expect(await checkClock(() => Date.now() + 10_000)).toMatchObject([{ detail: expect.stringMatching(/^(9|10)\.\d s apart/) }])
})

test('the doctor finds a deployment without a worker, in which no scheduled job becomes due', async () => {
  const details = async () => [await checkJobs()].flat().map((found) => (typeof found === 'string' ? found : found.detail))
  const idle = [expect.stringMatching(/^no worker has queued a scheduled job for 36\d\d s/)]
  await asSuperuser(`DELETE FROM graphile_worker._private_known_crontabs`)
  await asSuperuser(`UPDATE graphile_worker.migrations SET ts = now() - interval '1 hour'`)
  expect(await details()).toEqual(idle)
  await asSuperuser(`INSERT INTO graphile_worker._private_known_crontabs (identifier, known_since) VALUES ('a', now()), ('b', now())`)
  expect(await details()).toEqual([expect.stringMatching(/ due, /)])
  await asSuperuser(`UPDATE graphile_worker._private_known_crontabs SET last_execution = now() - interval '1 hour'`)
  expect(await details()).toEqual(idle)
  await asSuperuser(`UPDATE graphile_worker._private_known_crontabs SET last_execution = now() WHERE identifier = 'a'`)
  expect(await details()).toEqual([expect.stringMatching(/ due, /)])
})

test('the doctor finds audit events that no job adds to their chain', async () => {
  await ownerScope()
  expect(await checkJobs()).toMatch(/due/)
  await asSuperuser(
    `INSERT INTO audit_pending SELECT trail_id, (lpad(to_hex((extract(epoch FROM now()) - 3600)::bigint * 1000), 12, '0') || '70008000000000000000')::uuid FROM audit_pending LIMIT 1`,
  )
  expect(await checkJobs()).toMatchObject([{ detail: expect.stringMatching(/^an audit event has waited 36\d\d s/) }])
  await asSuperuser('DELETE FROM audit_pending')
})

test('the doctor finds jobs that wait and jobs that have no retries left', async () => {
  expect(await checkJobs()).toMatch(/due/)
  await asSuperuser(
    `SELECT graphile_worker.add_job('clean', run_at := now() - interval '1 hour'), graphile_worker.add_job('send-mail', max_attempts := 1)`,
  )
  await asSuperuser(`UPDATE graphile_worker._private_jobs SET attempts = 1 WHERE max_attempts = 1`)
  const details = ((await checkJobs()) as { detail: string }[]).map(({ detail }) => detail)
  expect(details).toEqual([expect.stringMatching(/has waited 36\d\d s/), '1 jobs have no retries left'])
})

test('the doctor finds backups that are too old', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'backups-'))
  expect(await checkBackups('')).toMatchObject([{ state: 'skipped' }])
  expect(await checkBackups(folder)).toMatchObject([{ state: 'wrong', detail: 'there are none' }])
  writeFileSync(path.join(folder, 'two.part'), '')
  mkdirSync(path.join(folder, 'lost+found'))
  expect(await checkBackups(folder)).toMatchObject([{ state: 'wrong', detail: 'there are none' }])
  writeFileSync(path.join(folder, 'one'), '')
  expect(await checkBackups(folder)).toMatchObject([{ state: 'fine' }])
  const old = Date.now() / 1000 - 30 * 60 * 60
  utimesSync(path.join(folder, 'one'), old, old)
  const [finding] = await checkBackups(folder)
  expect(finding && linesOf(finding)).toMatch(/^wrong {4}Backups: the newest is 30\.0 h old\n {9}→ Run npm run db:backup/)
})

// ASVS 3.3.1, 3.4.1
test('the doctor finds missing headers and weak cookies', () => {
  expect(headerFaults(HEADERS, true)).toEqual([])
  for (const name of Object.keys(HEADERS)) expect(headerFaults({ ...HEADERS, [name]: undefined }, true), name).toHaveLength(1)
  const good = '__Host-a=1; Path=/; HttpOnly; Secure; SameSite=Lax'
  expect(cookieFaults([good], true)).toEqual([])
  for (const bad of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/', '__Host-'])
    expect(cookieFaults([good.replace(bad, '')], true), bad).toHaveLength(1)
})

test('the doctor finds what a proxy breaks', async () => {
  let isBroken = false
  const server = createServer(({ url = '', headers }, response) => {
    if (isBroken) return void response.writeHead(200).end('a page of the proxy')
    if (headers.host === 'doctor.invalid') return void response.writeHead(421).end()
    const cookie = { 'set-cookie': 'a=1; Path=/; HttpOnly; SameSite=Lax' }
    if (url === '/private')
      response.writeHead(307, { location: '/login?callbackUrl=%2Fprivate', 'cache-control': 'private, no-store' }).end()
    else response.writeHead(200, { ...HEADERS, ...cookie }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const wrong = async (appUrl: string) =>
    (await checkUrl(origin, appUrl)).filter(({ state }) => state === 'wrong').map(({ check }) => check)
  try {
    expect(await wrong(origin)).toEqual([])
    expect(await wrong('https://app.example.com')).toEqual(['URL'])
    isBroken = true
    expect(new Set(await wrong(origin))).toEqual(new Set(['Headers', 'Cookies', 'Other hosts', 'Private pages']))
  } finally {
    server.close()
  }
  expect((await checkUrl(origin, origin)).filter(({ state }) => state === 'wrong').length).toBeGreaterThan(3)
})
