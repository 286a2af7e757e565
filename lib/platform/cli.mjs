// Output and errors of commands, such as those in scripts/ and lib/backup/cli.

/** An error that the user can fix. Only its message is printed, without a stack. */
export class CliError extends Error {}

/** Prints a line to stdout. @param {string} line */
export function say(line) {
  process.stdout.write(`${line}\n`)
}

/**
 * Runs a script's main function and sets the exit code. An error that the user can fix prints one line. Any other error is a bug,
 * and prints its stack.
 * @param {() => Promise<number | void>} main resolves to the exit code; 0 if it resolves to nothing
 */
export async function runScript(main) {
  try {
    process.exitCode = (await main()) ?? process.exitCode ?? 0
  } catch (error) {
    process.stderr.write(`${lineOf(error) ?? stackOf(error)}\n`)
    process.exitCode = 1
  }
}

/** @type {[NodeJS.Signals, number][]} */
const SIGNALS = [
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
]

/**
 * Runs a command that ends by itself. A signal, or an output that cannot be written, ends it at once, after the listeners of the
 * process's `exit` event have removed what is incomplete. PostgreSQL rolls back its transaction.
 * @param {Parameters<typeof runScript>[0]} main
 */
export function runCommand(main) {
  for (const [signal, code] of SIGNALS)
    process.once(signal, () => {
      process.stderr.write(`Interrupted by ${signal} before the command was done.\n`)
      process.exit(code)
    })
  process.stdout.once('error', (/** @type {NodeJS.ErrnoException} */ error) => {
    if (error.code !== 'EPIPE') process.stderr.write(`The output cannot be written: ${error.message}\n`) // EPIPE: as for `| head`
    process.exit(1)
  })
  return runScript(main)
}

/** What to do about PostgreSQL's errors that are no bug, by their SQLSTATE or its class. @type {Record<string, string>} */
const DATABASE_REMEDIES = {
  '08': 'Run the command again.',
  42501: 'Use the role that owns the tables, in DATABASE_OWNER_URL.',
  42703: 'Run npm run db:migrate with this release first.',
  42883: 'Run npm run db:migrate with this release first.',
  '42P01': 'Run npm run db:migrate with this release first.',
  53: 'Make room in the database server, and run the command again.',
  '55P03': 'Another transaction holds a lock. Run the command again.',
  57: 'Run the command again.',
}

/** Returns one line about an error that the user can fix; undefined for a bug. @param {unknown} error */
function lineOf(error) {
  if (error instanceof CliError) return error.message
  if (!(error instanceof Error)) return undefined
  const { code = '', syscall } = /** @type {NodeJS.ErrnoException} */ (error)
  if (code.startsWith('ERR_PARSE_ARGS_'))
    return `${error.message.split('. ')[0]}. An npm script needs -- in front of its options: npm run … -- --option value`
  if (error.message === 'Connection terminated unexpectedly' || code === 'ECONNRESET')
    return 'The database ended the connection. Run the command again.'
  const remedy = 'severity' in error ? (DATABASE_REMEDIES[code] ?? DATABASE_REMEDIES[code.slice(0, 2)]) : undefined
  if (remedy) return `The database refused: ${error.message}. ${remedy}`
  return syscall ? error.message : undefined
}

/** @param {unknown} error */
function stackOf(error) {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
