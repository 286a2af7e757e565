// How the scripts speak: one plain line a fact, and one plain line for a refusal.

/** An obstacle that the person at the keyboard can remove. Its message is the whole story: no stack is printed. */
export class CliError extends Error {}

/** @param {string} line */
export function say(line) {
  process.stdout.write(`${line}\n`)
}

/**
 * Runs a script's main function and turns its end into an exit code: an CliError prints its message alone,
 * anything else prints with its stack, for it is a fault of ours.
 * @param {() => Promise<number | void>} main resolves to the exit code, 0 when it resolves to nothing
 */
export async function runScript(main) {
  try {
    process.exitCode = (await main()) ?? process.exitCode ?? 0
  } catch (error) {
    process.stderr.write(`${error instanceof CliError ? error.message : describeFault(error)}\n`)
    process.exitCode = 1
  }
}

/** @param {unknown} error */
function describeFault(error) {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
