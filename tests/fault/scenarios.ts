// Injects faults and reports the outcome.

import { setTimeout as sleep } from 'node:timers/promises'
import { type Postgres, startPostgres } from '../../scripts/postgres.mjs'
import { isClear, type Report, register, underLoad } from '../cluster/load'
import { HttpClient } from '../support/http-client'
import * as labels from '../support/labels'
import { LOAD_FORM } from '../support/load-form'
import type { Acknowledged } from '../support/oracle'
import { CountingProxy } from './counting-proxy'
import { Server } from './server'

const PASSWORD = 'nine purple herons wading'
const CLIENTS = 50
const LOAD_USERS = 4
const BEFORE_MS = 1_500
const AWAY_MS = 2_000
const AFTER_MS = 2_000

/** What was observed during a fault, and whether it is acceptable. Everything that was acknowledged must be stored. */
export type Seen = { isGood: boolean; text: string; acknowledged: Acknowledged }
export type Urls = { runtime: string; superuser: string }

const personOf = (name: string) => ({ accountName: `Heron ${name}`, email: `heron-${name}@example.com`, password: PASSWORD })

async function startServer(settings: Record<string, string>): Promise<Server> {
  const server = await Server.start({ SIGN_INS_PER_ADDRESS: '100000', ...settings })
  if (!server.isRunning) throw new Error(`The server did not start: ${server.output.slice(-500)}`)
  return server
}

/**
 * Kills the server at each message that a sign-up sends to the database, from the first to the last and again from the first, and
 * signs up again after each.
 */
export async function killAtEachStatement(urls: Urls, kills: number): Promise<Seen> {
  const proxy = await CountingProxy.start(urls.runtime)
  const outcomes = { stored: 0, 'not stored': 0 }
  const emails: string[] = []
  let killed: ReturnType<typeof personOf> | undefined
  let [count, message, messages] = [0, 1, 0]
  try {
    while (count < kills || killed) {
      const server = await startServer({ DATABASE_URL: proxy.url, WORKER: 'off' })
      if (killed) {
        outcomes[await signUpAgain(server.origin, killed)] += 1
        emails.push(killed.email)
        killed = undefined
      }
      if (count < kills) {
        const person = personOf(`${count}-${message}`)
        if (await killDuringSignUp(server, proxy, person, message)) {
          killed = person
          count += 1
          message += 1
        } else if (message === 1) throw new Error('A sign-up sent no message to the database')
        else {
          emails.push(person.email)
          messages = message - 1
          message = 1
        }
      }
      await server.stop('SIGKILL')
    }
  } finally {
    proxy.close()
  }
  const text = `killed ${count} times at ${messages || message - 1} different messages: ${outcomes['not stored']} retries registered, ${outcomes.stored} found the user stored and signed in`
  return { isGood: count === kills, text, acknowledged: { emails, projects: [] } }
}

/** Signs up, and kills the server before this message. @returns whether it was killed */
async function killDuringSignUp(server: Server, proxy: CountingProxy, person: ReturnType<typeof personOf>, message: number) {
  const client = new HttpClient(server.origin)
  const form = await client.form('/register', labels.createAccount)
  proxy.count((sent) => {
    if (sent === message) server.process.kill('SIGKILL')
    return sent < message
  })
  const answer = await client.post('/register', { ...form, ...person }).catch(() => undefined)
  proxy.count(() => true)
  return answer === undefined
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

/** Stops PostgreSQL hard while users read and write, and starts it again. */
export async function stopDatabase(dataDir: string, port: number, database: { postgres: Postgres }): Promise<Seen> {
  const server = await startServer({ DATABASE_URL: database.postgres.url('runtime') })
  try {
    const users = await registerUsers(server.origin)
    const client = users[0]?.client.copy() ?? new HttpClient(server.origin)
    let [status, recoveredMs] = [0, 0]
    const report = await underLoad(users, async () => {
      await sleep(BEFORE_MS)
      database.postgres.kill()
      await sleep(AWAY_MS)
      database.postgres = await startPostgres(dataDir, { port })
      const returned = performance.now()
      for (; status !== 200 && performance.now() - returned < 20_000; await sleep(50)) status = (await client.get('/private')).status
      recoveredMs = performance.now() - returned
      await sleep(AFTER_MS)
    })
    const isGood = report.unclear.length === 0 && report.slowestMs < 3_000 && status === 200 && recoveredMs < 5_000 && server.isRunning
    const text = `${summarize(report)}; first success ${seconds(recoveredMs)} after its return, ${server.isRunning ? 'same process' : 'THE SERVER ENDED'}`
    return { isGood, text, acknowledged: { emails: users.map(({ email }) => email), projects: report.projects } }
  } finally {
    await server.stop()
  }
}

async function registerUsers(origin: string) {
  const users = []
  for (let n = 0; n < LOAD_USERS; n += 1) users.push(await register(origin))
  return users
}

function summarize({ requests, statuses, unclear, slowestMs, projects }: Report): string {
  const counts = Object.entries(statuses).map(([status, count]) => `${count} × ${status}`)
  const wrong = unclear.length ? `, UNCLEAR: ${unclear.slice(0, 3).join('; ')}` : ', each a success or a clear refusal'
  return `${requests} requests (${counts.join(', ')}${wrong}), slowest ${seconds(slowestMs)}; ${projects.length} acknowledged projects`
}

/** Sends 50 requests at once, half of which write, each from a different address, to a server with two connections. */
export async function crowdSmallPool(runtimeUrl: string): Promise<Seen> {
  const server = await startServer({ DATABASE_URL: runtimeUrl, DATABASE_POOL_SIZE: '2', TRUSTED_PROXIES: '1' })
  try {
    const { client, email, slug } = await register(server.origin)
    const form = LOAD_FORM.path(slug)
    const hidden = await client.form(form, LOAD_FORM.button)
    await client.get('/private')
    const projects: string[] = []
    const answers = await Promise.all(
      Array.from({ length: CLIENTS }, async (_, n) => {
        const headers = { 'x-forwarded-for': `192.0.2.${n}` }
        if (n % 2) return client.copy().get('/private', headers)
        const name = `Crowd ${n}`
        const answer = await client.copy().post(form, { ...hidden, name, description: '', status: 'planned' }, { headers })
        if (answer.status === 303) projects.push(name)
        return answer
      }),
    )
    const slowestMs = Math.max(...answers.map(({ ms }) => ms))
    const statuses: Record<string, number> = {}
    for (const { status } of answers) statuses[status] = (statuses[status] ?? 0) + 1
    const unclear = answers.filter((answer) => !isClear(answer)).map(({ status, location }) => `${status} ${location ?? ''}`)
    const isGood = slowestMs < 3_000 && unclear.length === 0 && (statuses[200] ?? 0) > 0
    const text = summarize({ requests: CLIENTS, statuses, failures: [], unclear, slowestMs, projects })
    return { isGood, text, acknowledged: { emails: [email], projects } }
  } finally {
    await server.stop()
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
