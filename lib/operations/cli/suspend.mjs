// npm run user:suspend -- --email <email> [--restore], npm run account:suspend -- --account <id, slug, or name> [--restore]:
// suspends a user or an account, or lifts the suspension. Nothing is deleted.
import { CliError, say } from '../../platform/cli.mjs'
import { findAccount, findUserId, setSuspended } from '../operations.mjs'
import { operatorCommand } from './command.mjs'

await operatorCommand({ text: ['email', 'account'], flags: ['restore'] }, async (client, { email, account }, flags) => {
  if (!email === !account) throw new CliError('Name a user or an account: --email ada@example.com, or --account heron-press')
  const suspend = !flags.has('restore')
  if (email) {
    await setSuspended(client, 'user', await findUserId(client, email), suspend)
    say(suspend ? 'Suspended the user. Their sessions ended, and they cannot sign in.' : 'The user can sign in again.')
  } else {
    const { id, name } = await findAccount(client, account ?? '')
    await setSuspended(client, 'account', id, suspend)
    say(suspend ? `Suspended ${name}. Its members see whom to contact.` : `${name} is open to its members again.`)
  }
})
