// The proxy of compose.yaml: Caddy with TLS in front of the two servers.
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { CliError } from '../../lib/platform/cli.mjs'
import { HttpClient } from '../support/http-client'
import { type Report, register, underLoad } from './load'
import type { Cluster } from './topology'

const USERS = 4
const TIMEOUT_MS = 20_000

/** Runs the doctor against Caddy, and replaces both servers behind it without telling it, as Compose does. */
export async function checkTls(
  cluster: Cluster,
  port: number,
  check: (what: string, isTrue: boolean, why?: string) => void,
  expectNone: (what: string, report: Report) => void,
): Promise<number> {
  const origin = `https://localhost:${port}`
  const settings = { APP_URL: origin }
  for (const n of [0, 1]) await cluster.startServer(n, settings)
  cluster.startWorker(settings)
  const authority = cluster.startCaddy(port)
  await untilServed(origin, authority)

  const doctor = await cluster.run(['lib/operations/cli/doctor.mjs'], { ...settings, NODE_EXTRA_CA_CERTS: authority })
  check('the doctor finds nothing wrong over https', doctor === 0)

  const users = []
  for (let n = 0; n < USERS; n += 1) users.push(await register(origin))
  const names = [...(users[0]?.client.cookies.keys() ?? [])]
  check('every cookie has the prefix __Host-', names.length > 0 && names.every((name) => name.startsWith('__Host-')), names.join())
  const replace = async () => {
    for (const n of [0, 1]) {
      await cluster.stopProcess(`server-${n}`)
      await cluster.startServer(n, settings)
    }
  }
  expectNone('servers that are replaced behind Caddy', await underLoad(users, replace))
  return 0
}

/** Waits until Caddy has its certificate and a healthy server. Later requests of this process trust any certificate. */
async function untilServed(origin: string, authority: string): Promise<void> {
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0' // Node reads further authorities only when it starts
  for (const deadline = Date.now() + TIMEOUT_MS; Date.now() < deadline; await sleep(200)) {
    const answer = await new HttpClient(origin).get('/api/health/ready').catch(() => undefined)
    if (answer?.status === 200 && existsSync(authority)) return
  }
  throw new CliError('Caddy does not serve.')
}
