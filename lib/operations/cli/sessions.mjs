// npm run sessions:end -- --email <email> | --account <id, slug, or name> | --all: ends all sessions of a user, of an account's
// members, or of everyone, at once.
import { CliError, say } from '../../platform/cli.mjs'
import { endSessions, findAccount, findUserId } from '../operations.mjs'
import { operatorCommand } from './command.mjs'

await operatorCommand({ text: ['email', 'account'], flags: ['all'] }, async (client, { email, account }, flags) => {
  if ([email, account, flags.has('all')].filter(Boolean).length !== 1)
    throw new CliError('Say whose sessions to end: --email ada@example.com, --account heron-press, or --all')
  const of = email ? { userId: await findUserId(client, email) } : account ? { accountId: (await findAccount(client, account)).id } : {}
  const { users, sessions } = await endSessions(client, of)
  say(`Ended ${sessions} sessions of ${users} users.`)
})
