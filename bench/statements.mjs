// The SQL statements of a request, by PostgreSQL's log, transaction control included.

import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, PASSWORD } from './data.mjs'
import { newClient, submit } from './forms.mjs'

const SETTLE_MS = 500 // until work after the response is logged too

/** @param {import('./plan.mjs').Bench} bench @returns {Promise<import('./plan.mjs').Row[]>} */
export async function statements({ app, cookie, logFolder }) {
  const client = await connect(app.env)
  /** @param {() => Promise<Response>} request */
  const count = async (request) => {
    await (await request()).text() // the first request reads forms and opens connections
    await logStatements(client, true)
    const before = linesOf(logFolder)
    const response = await request()
    await response.text()
    await sleep(SETTLE_MS)
    const after = linesOf(logFolder)
    await logStatements(client, false)
    return after - before
  }
  try {
    const page = (/** @type {string} */ at) => count(() => fetch(`${app.origin}${at}`, { headers: { cookie } }))
    const inside = []
    for (const at of ['', '/projects', '/members', '/audit', '/settings']) inside.push(await page(`/private/accounts/team${at}`))
    let person = 0
    const signIn = () => {
      person += 1
      const fields = { email: `person${person}@example.com`, password: PASSWORD }
      return submit({ origin: app.origin, headers: newClient() }, '/login', 'Sign in', fields)
    }
    const register = () => {
      const name = `team-${randomBytes(6).toString('hex')}`
      const fields = { accountName: name, email: `${name}@example.com`, password: PASSWORD }
      return submit({ origin: app.origin, headers: newClient() }, '/register', 'Create account', fields)
    }
    return [
      { id: 'sql-pages', values: [await page('/private'), Math.max(...inside)], raw: { 'account pages': inside } },
      { id: 'sql-forms', values: [await count(signIn), await count(register)] },
    ]
  } finally {
    await client.end()
  }
}

/** @param {import('pg').Client} client @param {boolean} isOn */
async function logStatements(client, isOn) {
  await client.query(`ALTER SYSTEM SET log_statement = '${isOn ? 'all' : 'none'}'`)
  await client.query('SELECT pg_reload_conf()')
  await sleep(SETTLE_MS)
}

/** Returns the number of statements of the runtime role in the log. @param {string} folder */
function linesOf(folder) {
  return readdirSync(folder)
    .map((name) => readFileSync(path.join(folder, name), 'utf8'))
    .join('\n')
    .split('\n')
    .filter((line) => /^atrium_app LOG: +(statement|execute [^:]*):/.test(line)).length
}
