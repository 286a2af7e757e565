// npm run user:reset-factors -- --email <email>: removes the second factors of a user who lost them all, and signs them out
// everywhere. Their next sign-in needs no second factor, and later ones do again. The worker removes them, records it, and
// emails the user.
import { parseArgs } from 'node:util'
import { connect } from '../../../scripts/connect.mjs'
import { withDatabase } from '../../../scripts/database.mjs'
import { loadEnv } from '../../../scripts/setup.mjs'
import { CliError, runCommand, say } from '../../platform/cli.mjs'

const WAIT_MS = 15_000
const INTERVAL_MS = 500

await runCommand(async () => {
  loadEnv()
  const { values } = parseArgs({ options: { email: { type: 'string' } } })
  const email = values.email?.trim().toLowerCase()
  if (!email) throw new CliError('Name the user: npm run user:reset-factors -- --email ada@example.com')
  return withDatabase(async ({ runtimeUrl, ownerUrl }) => {
    const client = await connect(runtimeUrl ?? ownerUrl ?? '')
    try {
      await reset(client, email)
    } finally {
      await client.end()
    }
  })
})

/** @param {import('pg').Client} client @param {string} email */
async function reset(client, email) {
  const { rows: users } = await client.query('SELECT id FROM users WHERE email = $1', [email])
  if (!users[0]) throw new CliError('No user has this email.')
  const userId = users[0].id
  const { needsReset, isAllowed } = await stateOf(client, userId)
  if (isAllowed) return say('They were already reset. This user’s next sign-in needs no second factor.')
  if (!needsReset) return say('This user has no second factor, and needs none to sign in.')
  await client.query(`SELECT graphile_worker.add_job('reset-factors', json_build_object('userId', $1::text), priority := -10)`, [userId])
  const until = Date.now() + WAIT_MS
  while (Date.now() < until) {
    if ((await stateOf(client, userId)).isAllowed)
      return say('The second factors were removed. This user’s next sign-in needs none. We emailed them.')
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS))
  }
  say('The reset is queued. It happens as soon as a worker runs.')
}

/**
 * @param {import('pg').Client} client @param {string} userId
 * @returns {Promise<{ needsReset: boolean, isAllowed: boolean }>} `isAllowed`: the user can still sign in once without a factor
 */
async function stateOf(client, userId) {
  const { rows } = await client.query(
    `SELECT EXISTS (SELECT FROM totp_factors WHERE user_id = $1) OR EXISTS (SELECT FROM passkeys WHERE user_id = $1)
            OR EXISTS (SELECT FROM factor_resets WHERE user_id = $1) AS "needsReset",
            EXISTS (SELECT FROM factor_resets WHERE user_id = $1 AND session_handle IS NULL) AS "isAllowed"`,
    [userId],
  )
  return rows[0]
}
