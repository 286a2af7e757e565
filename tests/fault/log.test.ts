import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sentence } from '@/lib/messages'
import { asSuperuser } from '../support/database'
import { HttpClient } from '../support/http-client'
import { newUser } from '../support/new-user'
import { Server } from './server'

// Searches the output of a server for secrets, which must never be in it.
let server: Server
beforeAll(async () => {
  server = await Server.start({ DATABASE_URL: process.env.DATABASE_URL, WORKER: 'off' })
})
afterAll(() => server?.stop())

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
  expect((await client.submit('/register', 'Create account', { accountName, email, password })).status).toBe(303)
  const cookies = [...client.cookies.values()]
  const elsewhere = new HttpClient(server.origin)
  expect((await elsewhere.submit('/login', 'Sign in', { email, password: wrong })).status).toBe(200)
  expect((await elsewhere.submit('/login', 'Sign in', { email: 'unknown@example.com', password: wrong })).status).toBe(200)
  expect((await elsewhere.submit('/login', 'Sign in', { email, password })).status).toBe(303)
  expect((await client.get('/private/accounts/no-such-account/members')).status).toBe(404)
  await expect.poll(() => recorded().length, { timeout: 5_000 }).toBe(6)

  const [user] = await asSuperuser<{ id: string; hash: string }>('SELECT id, password_hash AS hash FROM users WHERE email = $1', [email])
  const requests = linesOf(server.output).filter(({ msg }) => msg === 'request')
  expect(requests).toContainEqual(expect.objectContaining({ method: 'POST', path: '/login', status: 303 }))
  expect(requests.at(-1)).toMatchObject({ path: '/private/accounts/no-such-account/members', status: 404, user: user?.id })
  expect(
    recorded()
      .map(({ kind }) => kind)
      .sort(),
  ).toEqual(['access.denied', 'session.refused', 'session.refused', 'session.started', 'session.started', 'user.registered'])
  expect(recorded().find(({ kind }) => kind === 'access.denied')).toMatchObject({ actor: user?.id, slug: 'no-such-account' })
  const secrets = [email, 'unknown@example.com', password, wrong, accountName, user?.hash, ...cookies, ...elsewhere.cookies.values()]
  for (const secret of secrets) expect(server.output).not.toContain(secret)
})

// ASVS 16.3.4, 16.5.4
test('logs a failure in deferred work, and does not change the response', async () => {
  const { accountName, email, password } = newUser()
  expect((await new HttpClient(server.origin).submit('/register', 'Create account', { accountName, email, password })).status).toBe(303)
  const [user] = await asSuperuser<{ id: string }>('SELECT id FROM users WHERE email = $1', [email])
  await asSuperuser(`CREATE FUNCTION refuse_to_record() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no room for it'; END $$`)
  await asSuperuser(
    `CREATE TRIGGER refuses BEFORE INSERT ON audit_events FOR EACH ROW WHEN (NEW.user_id = '${user?.id}') EXECUTE FUNCTION refuse_to_record()`,
  )
  try {
    const answer = await new HttpClient(server.origin).submit('/login', 'Sign in', { email, password: 'eleven green lizards dozing' })
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
