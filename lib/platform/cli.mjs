// Output and errors of commands, such as those in scripts/ and lib/backup/cli.

/** An error that the user can fix. Only its message is printed, without a stack. */
export class CliError extends Error {}

/** Prints a line to stdout. @param {string} line */
export function say(line) {
  process.stdout.write(`${line}\n`)
}

/**
 * Runs a script's main function and sets the exit code. A CliError and a wrong argument print only their message. Any other
 * error is a bug, and prints its stack.
 * @param {() => Promise<number | void>} main resolves to the exit code; 0 if it resolves to nothing
 */
export async function runScript(main) {
  try {
    process.exitCode = (await main()) ?? process.exitCode ?? 0
  } catch (error) {
    process.stderr.write(`${isUsersError(error) ? error.message : stackOf(error)}\n`)
    process.exitCode = 1
  }
}

/** @param {unknown} error @returns {error is Error} */
function isUsersError(error) {
  return error instanceof CliError || (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_'))
}

/** @param {unknown} error */
function stackOf(error) {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
