// Signed-in users who use a cluster without a pause.

import { setTimeout as sleep } from 'node:timers/promises'
import { HttpClient, type HttpResponse } from '../support/http-client'
import * as labels from '../support/labels'
import { LOAD_FORM } from '../support/load-form'

const PASSWORD = 'nine purple herons wading'
const PAUSE_MS = 20
const TIMEOUT_MS = 60_000 // how long an answer took is judged apart

/** A proxy that reloads closes idle connections, and a request that was just sent on one of them fails. Browsers repeat it. */
const CLOSE = { connection: 'close' }

/** What the users saw. */
export type Report = {
  requests: number
  /** how many responses with each status */
  statuses: Record<string, number>
  /** responses that a user would call wrong */
  failures: string[]
  /** those that neither do what was asked nor say clearly that it was refused */
  unclear: string[]
  slowestMs: number
  /** the names of the projects whose creation was acknowledged */
  projects: string[]
}

let registered = 0

/** Registers a user in their own account. */
export async function register(origin: string): Promise<{ client: HttpClient; email: string; slug: string }> {
  registered += 1
  const client = new HttpClient(origin, TIMEOUT_MS)
  const email = `user-${registered}@example.com`
  const answer = await client.submit('/register', labels.createAccount, { accountName: `Account ${registered}`, email, password: PASSWORD })
  const page = await client.follow(answer)
  const slug = page.text.match(/\/private\/accounts\/(account-[^/"]+)/)?.[1]
  if (!slug) throw new Error(`Sign-up answered ${answer.status} ${answer.location}: ${answer.text.slice(0, 200)}`)
  return { client, email, slug }
}

/** Signs in with a password. @returns the response to the form */
export function signIn(client: HttpClient, email: string, password = PASSWORD): Promise<HttpResponse> {
  return client.submit('/login', labels.signIn, { email, password })
}

/** Reads and changes pages with these users while `work` runs. */
export async function underLoad(users: Awaited<ReturnType<typeof register>>[], work: () => Promise<void>): Promise<Report> {
  const report: Report = { requests: 0, statuses: {}, failures: [], unclear: [], slowestMs: 0, projects: [] }
  const state = { isDone: false }
  const loops = users.map((user, n) => useUntil(state, user, n, report))
  try {
    await work()
  } finally {
    state.isDone = true
    await Promise.all(loops)
  }
  return report
}

async function useUntil(state: { isDone: boolean }, { client, slug }: Awaited<ReturnType<typeof register>>, n: number, report: Report) {
  const projects = `/private/accounts/${slug}/projects`
  for (let round = 0; !state.isDone; round += 1) {
    await see(report, '/private', () => client.get('/private', CLOSE), 200)
    await see(report, projects, () => client.get(projects, CLOSE), 200)
    if (round % 5 === 0) {
      const name = `Project ${performance.now()} ${n}`
      const fields = { name, description: '', status: 'planned' }
      const isStored = await see(
        report,
        `POST ${LOAD_FORM.path(slug)}`,
        () => client.submit(LOAD_FORM.path(slug), LOAD_FORM.button, fields, { headers: CLOSE }),
        303,
      )
      if (isStored) report.projects.push(name)
    }
    await sleep(PAUSE_MS)
  }
}

/** Sends a request, and notes its outcome. @returns whether it has the expected status */
async function see(report: Report, what: string, send: () => Promise<HttpResponse>, expected: number): Promise<boolean> {
  try {
    const response = await send()
    const { status, location, ms } = response
    report.requests += 1
    report.statuses[status] = (report.statuses[status] ?? 0) + 1
    report.slowestMs = Math.max(report.slowestMs, Math.round(ms))
    const isExpected = status === expected && !location?.includes('/login')
    if (!isExpected) report.failures.push(`${what}: ${status} ${location ?? ''}`)
    if (!isClear(response)) report.unclear.push(`${what}: ${status} ${location ?? ''}`)
    return isExpected
  } catch (error) {
    report.failures.push(`${what}: ${(error as Error).message}`)
    report.unclear.push(`${what}: ${(error as Error).message}`)
    return false
  }
}

const CLEAR = [200, 303, 429, 503]

/**
 * Returns whether a response does what was asked, or says clearly that it cannot. A page that fails has the status 500, which Next
 * does not let it choose, and must contain the code by which it says in plain words that the database does not answer.
 */
export function isClear({ status, location, text }: HttpResponse): boolean {
  return (CLEAR.includes(status) && !location?.includes('/login')) || (status === 500 && text.includes('DATABASE_UNAVAILABLE'))
}
