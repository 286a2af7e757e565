import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sentence } from '@/lib/messages'
import { asSuperuser } from '../support/database'
import { HttpClient } from '../support/http-client'
import * as labels from '../support/labels'
import { newUser } from '../support/new-user'
import { type ExportedSpan, startReceiver } from '../support/otlp-receiver'
import { Server } from './server'

// Searches the output of a server for secrets, which must never be in it.
let server: Server
let receiver: Awaited<ReturnType<typeof startReceiver>>
beforeAll(async () => {
  receiver = await startReceiver()
  const OTEL = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_BSP_SCHEDULE_DELAY: '200', OTEL_METRIC_EXPORT_INTERVAL: '500' }
  server = await Server.start({ DATABASE_URL: process.env.DATABASE_URL, ...OTEL })
})
afterAll(async () => {
  await server?.stop()
  receiver.stop()
})

const MAIL_LINE = /^.*mail not sent: MAIL is log.*$/gm // names the recipient
type Line = { kind?: string; slug?: string; actor?: string | null; msg: string }
const linesOf = (output: string) =>
  output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line)
const recorded = () => linesOf(server.output).filter(({ kind }) => kind)

// ASVS 16.2.4, 16.2.5, 16.3.1, 16.3.2
test('logs one line without secrets for each sign-up, failure, sign-in, and denial', async () => {
  const { accountName, email, password } = newUser()
  const wrong = 'eleven green lizards dozing'
  const client = new HttpClient(server.origin)
  expect((await client.submit('/register', labels.createAccount, { accountName, email, password })).status).toBe(303)
  const cookies = [...client.cookies.values()]
  const elsewhere = new HttpClient(server.origin)
  expect((await elsewhere.submit('/login', labels.signIn, { email, password: wrong })).status).toBe(200)
  expect((await elsewhere.submit('/login', labels.signIn, { email: 'unknown@example.com', password: wrong })).status).toBe(200)
  expect((await elsewhere.submit('/login', labels.signIn, { email, password })).status).toBe(303)
  expect((await client.get('/private/accounts/no-such-account/members')).status).toBe(404)
  await expect.poll(() => recorded().length, { timeout: 5_000 }).toBe(6)

  const [user] = await asSuperuser<{ id: string; hash: string }>('SELECT id, password_hash AS hash FROM users WHERE email = $1', [email])
  const requests = linesOf(server.output).filter(({ msg }) => msg === 'request')
  expect(requests).toContainEqual(expect.objectContaining({ method: 'POST', route: '/login', status: 303 }))
  expect(requests.at(-1)).toMatchObject({ route: '/private/accounts/[slug]/members', status: 404, user: user?.id })
  expect(requests.filter((line) => 'path' in line)).toEqual([])
  expect(
    recorded()
      .map(({ kind }) => kind)
      .sort(),
  ).toEqual(['access.denied', 'session.refused', 'session.refused', 'session.started', 'session.started', 'user.registered'])
  expect(recorded().find(({ kind }) => kind === 'access.denied')).toMatchObject({ actor: user?.id, slug: 'no-such-account' })
  const secrets = [email, 'unknown@example.com', password, wrong, accountName, user?.hash, ...cookies, ...elsewhere.cookies.values()]
  const output = server.output.replaceAll(MAIL_LINE, '')
  for (const secret of secrets) expect(output).not.toContain(secret)
})

test('exports traces across a request, its scope, its statements, and its jobs', async () => {
  const spans = () => receiver.spans()
  const withName = (name: string) => spans().filter((span) => span.name === name)
  const parentOf = ({ parentSpanId }: ExportedSpan) => spans().find(({ spanId }) => spanId === parentSpanId)
  const rootOf = (span: ExportedSpan): ExportedSpan => {
    const parent = parentOf(span)
    return parent ? rootOf(parent) : span
  }
  await expect.poll(() => withName('scope').length && withName('job send-mail').length, { timeout: 10_000 }).toBeGreaterThan(0)
  const statements = () => spans().filter(({ attributes }) => JSON.stringify(attributes).includes('FROM scope_of'))
  expect(new Set(statements().map((span) => parentOf(span)?.name))).toContain('scope')
  const roots = () => statements().map((span) => rootOf(span).name)
  await expect.poll(roots, { timeout: 10_000 }).toContainEqual(expect.stringMatching(/^GET/))
  const [mail] = withName('job send-mail')
  expect(mail && rootOf(mail).name).toMatch(/^POST/)
})

// ASVS 14.2.1, 16.2.5
test('exports no token of an emailed link', async () => {
  const token = 'Tk-9_'.repeat(8).concat('xyz')
  await server.timed(`/reset-password/${token}?next=secret-query`)
  await expect.poll(receiver.text, { timeout: 10_000 }).toContain('/reset-password/[token]')
  expect(receiver.text()).not.toContain(token)
  expect(receiver.text()).not.toContain('secret-query')
})

test('exports metrics of requests, sign-ins, hashing, connections, jobs, and limits', async () => {
  await server.timed('/api/auth/session')
  expect(await asSuperuser(`UPDATE limits SET points = 600 WHERE key LIKE 'auth-endpoint:%' RETURNING key`)).toHaveLength(1)
  await server.timed('/api/auth/session')
  await expect
    .poll(() => receiver.points('atrium.denials'), { timeout: 15_000 })
    .toContainEqual(expect.objectContaining({ reason: 'limit', limit: 'auth-endpoint' }))
  const { points } = receiver
  expect(points('http.server.request.duration')).toContainEqual(
    expect.objectContaining({
      'http.request.method': 'GET',
      'http.route': '/private/accounts/[slug]/members',
      'http.response.status_code': 404,
    }),
  )
  expect(points('atrium.events')).toContainEqual({ kind: 'session.refused', value: 2 })
  expect(points('atrium.events')).toContainEqual({ kind: 'session.started', value: 2 })
  expect(points('atrium.hashing.wait').at(-1)?.value).toBe(4)
  expect(points('atrium.hashing.queue')).toContainEqual({ state: 'waiting', value: 0 })
  expect(points('atrium.db.connections')).toContainEqual(expect.objectContaining({ pool: 'web', state: 'idle' }))
  expect(points('atrium.jobs.duration')).toContainEqual(expect.objectContaining({ name: 'send-mail', outcome: 'done' }))
  expect(points('atrium.jobs.lag').at(-1)?.value).toBeLessThan(60)
})

// ASVS 16.3.4, 16.5.4
test('logs a failure in deferred work, and does not change the response', async () => {
  const { accountName, email, password } = newUser()
  expect((await new HttpClient(server.origin).submit('/register', labels.createAccount, { accountName, email, password })).status).toBe(303)
  const [user] = await asSuperuser<{ id: string }>('SELECT id FROM users WHERE email = $1', [email])
  await asSuperuser(`CREATE FUNCTION refuse_to_record() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no room for it'; END $$`)
  await asSuperuser(
    `CREATE TRIGGER refuses BEFORE INSERT ON audit_events FOR EACH ROW WHEN (NEW.user_id = '${user?.id}') EXECUTE FUNCTION refuse_to_record()`,
  )
  try {
    const answer = await new HttpClient(server.origin).submit('/login', labels.signIn, { email, password: 'eleven green lizards dozing' })
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining(sentence('sign-in-failed'))])
    await expect.poll(() => server.output, { timeout: 5_000 }).toContain('deferred work failed')
    expect(server.output).toContain('no room for it')
  } finally {
    await asSuperuser('DROP TRIGGER refuses ON audit_events')
    await asSuperuser('DROP FUNCTION refuse_to_record')
  }
})

test('ends the server when no process reads its output', async () => {
  const unheard = await Server.start({ DATABASE_URL: process.env.DATABASE_URL, WORKER: 'off' })
  try {
    const ended = once(unheard.process, 'exit')
    unheard.process.stdout?.destroy()
    unheard.process.stderr?.destroy()
    const headers = { 'next-action': '0'.repeat(42), origin: unheard.origin } // Next prints that it knows no such action
    const body = new FormData()
    body.append('0', '[]')
    await unheard.timed('/login', { method: 'POST', headers, body }).catch(() => undefined)
    await expect(Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 20_000, 'is still there'))])).resolves.not.toBe(
      'is still there',
    )
  } finally {
    if (unheard.isRunning) await unheard.stop('SIGKILL')
  }
})
