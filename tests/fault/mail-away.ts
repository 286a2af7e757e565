// The mail server is unavailable for ten minutes while users sign up.
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from '../../scripts/connect.mjs'
import { freePort } from '../../scripts/postgres.mjs'
import { register } from '../cluster/load'
import { startMailServer } from '../run/mail-server.mjs'
import type { Seen, Urls } from './scenarios'
import { Server } from './server'

const USERS = 5
const TIMEOUT_MS = 30_000
const JOBS = 'graphile_worker._private_jobs'

/** Signs users up while no mail server answers, moves their jobs ten minutes back, and starts the mail server. */
export async function loseMailServer({ runtime, superuser }: Urls, folder: string): Promise<Seen> {
  const port = await freePort()
  const settings = { DATABASE_URL: runtime, MAIL: '', MAIL_FROM: 'Heron <heron@example.com>', SMTP_URL: `smtp://127.0.0.1:${port}` }
  const server = await Server.start({ ...settings, SMTP_TLS: 'off', SIGN_INS_PER_ADDRESS: '100000' })
  const client = await connect(superuser)
  const recipients = () => readdirSync(folder).map((name) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')).to as string)
  const tried = async () =>
    (await client.query(`SELECT count(*)::int AS n FROM ${JOBS} WHERE attempts > 0 AND last_error IS NOT NULL`)).rows[0].n
  let mail: Awaited<ReturnType<typeof startMailServer>> | undefined
  try {
    const emails: string[] = []
    for (let n = 0; n < USERS; n += 1) emails.push((await register(server.origin)).email)
    await until(async () => (await tried()) >= USERS)
    await client.query(`UPDATE ${JOBS} SET run_at = run_at - interval '10 minutes'`)
    await sleep(1_000) // the jobs that are due now fail once more
    mail = await startMailServer(folder, { port })
    await client.query(`UPDATE ${JOBS} SET run_at = now()`)
    await until(async () => emails.every((email) => recipients().includes(email)))
    await sleep(1_000) // for a second copy
    const once = emails.filter((email) => recipients().filter((to) => to === email).length === 1)
    const text = `${emails.length} sign-ups were stored while it was away; ${once.length} emails arrived once after it was back`
    return { isGood: once.length === USERS, text, acknowledged: { emails, projects: [] } }
  } finally {
    await mail?.stop()
    await server.stop()
    await client.end()
  }
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + TIMEOUT_MS; !(await isTrue()); await sleep(100))
    if (Date.now() > deadline) throw new Error(`Not so after ${TIMEOUT_MS / 1000} s: ${isTrue}`)
}
