// npm run audit:export -- --account <id or name>: prints the audit trail of an account, one JSON event per line, even after
// the account was erased. --operator prints the trail of what the operator's commands did that concerns no single account or user.
// Without an option, it lists the trails of erased accounts.
import { parseArgs } from 'node:util'
import { connect, withDatabase } from '../../../scripts/database.mjs'
import { loadEnv } from '../../../scripts/setup.mjs'
import { CliError, runScript, say } from '../../platform/cli.mjs'
import { listRetainedTrails, OPERATOR_TRAIL, readTrail } from '../read-trail.mjs'
import { verifyTrail } from '../verify-trail.mjs'

await runScript(async () => {
  loadEnv()
  const { values } = parseArgs({ options: { account: { type: 'string' }, operator: { type: 'boolean' } } })
  if (values.account !== undefined && values.operator) throw new CliError('Name one trail: --account heron-press, or --operator')
  return withDatabase(async ({ ownerUrl }) => {
    if (!ownerUrl)
      throw new CliError('DATABASE_OWNER_URL is required with DATABASE_URL: only the role that owns the tables reads every trail.')
    const client = await connect(ownerUrl)
    try {
      if (values.operator) return await exportTrail(client, OPERATOR_TRAIL)
      return values.account ? await exportTrail(client, values.account) : await list(client)
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

/**
 * @param {import('pg').Client} client @param {string} account an id, or the last name of an erased account
 * @returns {Promise<number>} 1 if the trail was changed
 */
async function exportTrail(client, account) {
  const named = (await listRetainedTrails(client)).filter(({ name }) => name === account)
  if (named.length > 1)
    throw new CliError(`Several erased accounts had this name. Name one by its id: ${named.map(({ id }) => id).join(', ')}`)
  const id = named[0]?.id ?? account
  let count = 0
  for await (const event of readTrail(client, id)) {
    say(JSON.stringify(event))
    count += 1
  }
  if (!count) throw new CliError('There is no audit trail of this account. Name it by its id, or by its last name if it was erased.')
  const { faults } = await verifyTrail(client, { id, account_id: id, user_id: null })
  process.stderr.write(`${count} events. The trail is ${faults.length ? `CHANGED:\n${faults.join('\n')}` : 'unchanged.'}\n`)
  return faults.length ? 1 : 0
}
