import 'server-only'

const DRAIN_TIMEOUT_MS = 10_000
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const

const globals = globalThis as typeof globalThis & { atriumHandlesSignals?: boolean }

/**
 * Handles SIGINT and SIGTERM. During startup, they end the process at once. Later, Next finishes the requests in progress
 * and exits. `stop` runs at the same time: the exit waits until it is done, for 10 seconds at most.
 * SIGHUP, and a closed stdout or stderr, count as SIGTERM.
 * @returns `done`, to be called when startup is complete
 */
export function exitAfter(stop: () => Promise<void>): { done: () => void } {
  let isStarting = true
  const startup = {
    done: () => {
      isStarting = false
    },
  }
  if (globals.atriumHandlesSignals) return startup // `next dev` reloads this module
  globals.atriumHandlesSignals = true
  for (const [signal, code] of Object.entries(SIGNALS)) {
    process.once(signal, () => {
      const exit = process.exit
      if (isStarting) exit(code)
      const stopped = stop()
      process.exit = ((exitCode) => void stopped.finally(() => exit(exitCode))) as typeof process.exit
      setTimeout(exit, DRAIN_TIMEOUT_MS, code).unref()
    })
  }
  const terminate = () => process.kill(process.pid, 'SIGTERM')
  process.once('SIGHUP', terminate)
  for (const output of [process.stdout, process.stderr]) output.once('error', terminate)
  return startup
}
