// Signed-in users who use a cluster without a pause.

import { setTimeout as sleep } from 'node:timers/promises'
import * as projectLabels from '@/lib/projects/labels'
import { HttpClient, type HttpResponse } from '../support/http-client'
import * as labels from '../support/labels'

const PASSWORD = 'nine purple herons wading'
const PAUSE_MS = 20

/** A proxy that reloads closes idle connections, and a request that was just sent on one of them fails. Browsers repeat it. */
const CLOSE = { connection: 'close' }

/** What the users saw: how many responses with each status, and what went wrong. */
export type Report = { requests: number; statuses: Record<string, number>; failures: string[]; slowestMs: number }

let registered = 0

/** Registers a user in an account of their own. */
export async function register(origin: string): Promise<{ client: HttpClient; email: string; slug: string }> {
  registered += 1
  const client = new HttpClient(origin)
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
  const report: Report = { requests: 0, statuses: {}, failures: [], slowestMs: 0 }
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
    if (round % 5 === 0)
      await see(
        report,
        `POST ${projects}/new`,
        () =>
          client.submit(
            `${projects}/new`,
            projectLabels.createProject,
            { name: `Project ${performance.now()} ${n}`, description: '', status: 'planned' },
            { headers: CLOSE },
          ),
        303,
      )
    await sleep(PAUSE_MS)
  }
}

async function see(report: Report, what: string, send: () => Promise<HttpResponse>, expected: number): Promise<void> {
  try {
    const { status, location, ms } = await send()
    report.requests += 1
    report.statuses[status] = (report.statuses[status] ?? 0) + 1
    report.slowestMs = Math.max(report.slowestMs, Math.round(ms))
    if (status !== expected || location?.includes('/login')) report.failures.push(`${what}: ${status} ${location ?? ''}`)
  } catch (error) {
    report.failures.push(`${what}: ${(error as Error).message}`)
  }
}
