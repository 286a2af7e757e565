// npm run audit:export: lists the audit trails of erased accounts. With an option, it prints a trail, one JSON event per line:
// --account <id, slug, or name>, even if the account was erased; --email <email>, what a user did to their own sign-in; --operator,
// what the operator's commands did that concerns no single account or user.
import { parseArgs } from 'node:util'
import { connect } from '../../../scripts/connect.mjs'
import { withDatabase } from '../../../scripts/database.mjs'
import { loadEnv } from '../../../scripts/setup.mjs'
import { findAccounts, findUserId } from '../../operations/operations.mjs'
import { CliError, runCommand, say } from '../../platform/cli.mjs'
import { listRetainedTrails, OPERATOR_TRAIL, readTrail } from '../read-trail.mjs'
import { verifyTrail } from '../verify-trail.mjs'

/** @typedef {import('../verify-trail.mjs').Trail} Trail */

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

await runCommand(async () => {
  loadEnv()
  const options = /** @type {const} */ ({ account: { type: 'string' }, email: { type: 'string' }, operator: { type: 'boolean' } })
  const { values } = parseArgs({ options })
  if (Object.values(values).length > 1) throw new CliError('Name one trail: --account heron-press, --email ada@example.com, or --operator')
  return withDatabase(async ({ ownerUrl }) => {
    if (!ownerUrl)
      throw new CliError('DATABASE_OWNER_URL is required with DATABASE_URL: only the role that owns the tables reads every trail.')
    const client = await connect(ownerUrl)
    try {
      if (values.operator) return await exportTrail(client, ofAccount(OPERATOR_TRAIL))
      if (values.email) return await exportTrail(client, await ofUser(client, values.email))
      return values.account ? await exportTrail(client, ofAccount(await findAccountId(client, values.account))) : await list(client)
    } finally {
      await client.end()
    }
  })
})

/** @param {import('pg').Client} client */
async function list(client) {
  const retained = await listRetainedTrails(client)
  for (const { id, name, retainedSince } of retained) say(`${id}  erased ${retainedSince.toISOString().slice(0, 10)}  ${name ?? ''}`)
  say(`${retained.length} audit trails of erased accounts. Print one with: npm run audit:export -- --account <id or name>`)
}

/** @param {string} id @returns {Trail} */
function ofAccount(id) {
  return { id, account_id: id, user_id: null }
}

/** @param {import('pg').Client} client @param {string} email @returns {Promise<Trail>} */
async function ofUser(client, email) {
  const id = await findUserId(client, email)
  return { id, account_id: null, user_id: id }
}

/**
 * @param {import('pg').Client} client @param {string} wanted an id, a slug, a name, or the last name of an erased account
 * @returns {Promise<string>} the id
 * @throws {CliError} if there is no such account, or more than one
 */
async function findAccountId(client, wanted) {
  if (UUID.test(wanted)) return wanted
  const erased = (await listRetainedTrails(client)).filter(({ name }) => name === wanted)
  const ids = [...(await findAccounts(client, wanted)), ...erased].map(({ id }) => id)
  if (ids.length > 1) throw new CliError(`Several accounts match, perhaps erased ones. Name one by its id: ${ids.join(', ')}`)
  if (!ids[0])
    throw new CliError('There is no audit trail of this account. Name it by its id, slug, or name, or by its last name if it was erased.')
  return ids[0]
}

/**
 * @param {import('pg').Client} client @param {Trail} trail
 * @returns {Promise<number>} 1 if the trail was changed
 */
async function exportTrail(client, trail) {
  let count = 0
  for await (const event of readTrail(client, trail)) {
    say(JSON.stringify(event))
    count += 1
  }
  if (!count && trail.id !== OPERATOR_TRAIL) throw new CliError('There is no audit trail with this id.')
  const { faults } = await verifyTrail(client, trail)
  process.stderr.write(`${count} events. The trail is ${faults.length ? `CHANGED:\n${faults.join('\n')}` : 'unchanged.'}\n`)
  return faults.length ? 1 : 0
}
