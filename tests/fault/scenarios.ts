// Injects faults and reports the outcome.
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from '../../scripts/database.mjs'
import { type Postgres, startPostgres } from '../../scripts/postgres.mjs'
import { HttpClient } from '../support/http-client'
import * as labels from '../support/labels'
import { CountingProxy } from './counting-proxy'
import { Server } from './server'

const PASSWORD = 'nine purple herons wading'
const MAX_MESSAGES = 100
const CLIENTS = 50

/** The outcome of a fault. `isGood`: whether it is the expected one */
export type Seen = { isGood: boolean; text: string }

const personOf = (name: string) => ({ accountName: `Heron ${name}`, email: `heron-${name}@example.com`, password: PASSWORD })

async function startServer(settings: Record<string, string>): Promise<Server> {
  const server = await Server.start(settings)
  if (!server.isRunning) throw new Error(`The server did not start: ${server.output.slice(-500)}`)
  return server
}

/** Kills the server at each message that a sign-up sends to the database, and signs up again. */
export async function killAtEachStatement(urls: { runtime: string; superuser: string }): Promise<Seen> {
  const proxy = await CountingProxy.start(urls.runtime)
  const outcomes = { stored: 0, 'not stored': 0 }
  let killed = 0
  try {
    for (let isKilled = true; isKilled && killed < MAX_MESSAGES; ) {
      const server = await startServer({ DATABASE_URL: proxy.url, WORKER: 'off' })
      const client = new HttpClient(server.origin)
      if (killed) outcomes[await signUpAgain(server.origin, personOf(String(killed)))] += 1
      const form = await client.form('/register', labels.createAccount)
      proxy.count((count) => {
        if (count === killed + 1) server.process.kill('SIGKILL')
        return count <= killed
      })
      const answer = await client.post('/register', { ...form, ...personOf(String(killed + 1)) }).catch(() => undefined)
      isKilled = answer === undefined
      if (isKilled) killed += 1
      proxy.count(() => true)
      await server.stop('SIGKILL')
    }
  } finally {
    proxy.close()
  }
  const faults = await findPartialSignUps(urls.superuser)
  return {
    isGood: killed > 0 && killed < MAX_MESSAGES && faults === 0,
    text: `killed at each of ${killed} messages: ${faults} partial sign-ups; ${outcomes['not stored']} retries registered, ${outcomes.stored} found the user stored and signed in`,
  }
}

/** Signs up again after a crash. If the first sign-up was stored, the same password must sign in. */
async function signUpAgain(origin: string, person: ReturnType<typeof personOf>): Promise<'stored' | 'not stored'> {
  const again = await new HttpClient(origin).submit('/register', labels.createAccount, person)
  if (again.status === 303) return 'not stored'
  const signedIn = await new HttpClient(origin).submit('/login', labels.signIn, { email: person.email, password: PASSWORD })
  if (signedIn.status !== 303)
    throw new Error(`After a crash, ${person.email} can neither register nor sign in: ${again.text.slice(0, 300)}`)
  return 'stored'
}

/** Counts accounts without an owner, users without an account, and users whose registration is not in the audit trail. */
async function findPartialSignUps(superuserUrl: string): Promise<number> {
  const client = await connect(superuserUrl)
  const { rows } = await client
    .query(`
      SELECT (SELECT count(*) FROM accounts WHERE NOT EXISTS (SELECT FROM memberships WHERE account_id = accounts.id AND role = 'OWNER'))
           + (SELECT count(*) FROM users WHERE NOT EXISTS (SELECT FROM memberships WHERE user_id = users.id))
           + (SELECT count(*) FROM users WHERE NOT EXISTS (
                SELECT FROM audit_events WHERE actor_id = users.id AND kind = 'user.registered')) AS faults`)
    .finally(() => client.end())
  return Number(rows[0].faults)
}

/** Stops PostgreSQL hard, and starts it again. */
export async function stopDatabase(dataDir: string, port: number, first: Postgres): Promise<Seen> {
  const server = await startServer({ DATABASE_URL: first.url('runtime') })
  try {
    const client = new HttpClient(server.origin)
    await client.submit('/register', labels.createAccount, personOf('away'), { timeoutMs: 20_000 })
    first.kill()
    const failures: number[] = []
    for (let n = 0; n < 5; n += 1) failures.push((await client.get('/private')).ms)
    const second = await startPostgres(dataDir, { port })
    const returned = performance.now()
    let status = 0
    for (; status !== 200 && performance.now() - returned < 20_000; await sleep(50)) status = (await client.get('/private')).status
    const recoveredMs = performance.now() - returned
    await second.stop()
    const slowest = Math.max(...failures)
    const text = `slowest failure ${seconds(slowest)}, first success ${seconds(recoveredMs)} after its return, same process`
    return { isGood: slowest < 3_000 && status === 200 && recoveredMs < 5_000 && server.isRunning, text }
  } finally {
    await server.stop()
  }
}

/** Sends 50 requests at once, each from an address of its own, to a server with two connections. */
export async function crowdSmallPool(runtimeUrl: string): Promise<Seen> {
  const server = await startServer({ DATABASE_URL: runtimeUrl, DATABASE_POOL_SIZE: '2', TRUSTED_PROXIES: '1' })
  try {
    const client = new HttpClient(server.origin)
    await client.submit('/register', labels.createAccount, personOf('pool'), { timeoutMs: 20_000 })
    await client.get('/private')
    const answers = await Promise.all(
      Array.from({ length: CLIENTS }, (_, n) => client.copy().get('/private', { 'x-forwarded-for': `192.0.2.${n}` })),
    )
    const slowest = Math.max(...answers.map(({ ms }) => ms))
    const statuses = answers.map(({ status }) => status)
    const counts = [...new Set(statuses)].map((status) => `${statuses.filter((each) => each === status).length} × ${status}`)
    return { isGood: slowest < 3_000, text: `${counts.join(', ')}; slowest ${seconds(slowest)}` }
  } finally {
    await server.stop()
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
