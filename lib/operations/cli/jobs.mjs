// npm run jobs:list: lists the jobs that have no retries left. npm run jobs:retry -- <id>… | --all: runs them again.
import { CliError, say } from '../../platform/cli.mjs'
import { listDeadJobs, retryJobs } from '../operations.mjs'
import { operatorCommand } from './command.mjs'

const ERROR_MAX_LENGTH = 120

await operatorCommand({ flags: ['all'], allowPositionals: true }, async (client, _, flags, [command, ...ids]) => {
  if (command !== 'retry' && (command !== 'list' || flags.size || ids.length))
    throw new CliError('Use npm run jobs:list, or npm run jobs:retry -- <id>… or --all')
  const dead = await listDeadJobs(client)
  if (command === 'list') {
    for (const { id, task, attempts, failedAt, error } of dead)
      say(`${id}  ${task}  ${attempts} attempts  ${failedAt.toISOString()}  ${error?.split('\n')[0]?.slice(0, ERROR_MAX_LENGTH) ?? ''}`)
    say(`${dead.length} jobs have no retries left.`)
    return
  }
  if (flags.has('all') === ids.length > 0) throw new CliError('Name jobs by their ids, which npm run jobs:list prints, or all with --all')
  const known = new Set(dead.map(({ id }) => id))
  const unknown = ids.filter((id) => !known.has(id))
  if (unknown.length) throw new CliError(`Not a job without retries left: ${unknown.join(', ')}`)
  say(`${await retryJobs(client, flags.has('all') ? [...known] : ids)} jobs will run again.`)
})
