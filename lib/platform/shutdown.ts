import 'server-only'

const DRAIN_TIMEOUT_MS = 10_000
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const

const globals = globalThis as typeof globalThis & { atriumHandlesSignals?: boolean }

/**
 * Ends the process on SIGINT and SIGTERM. During startup it exits at once. Later, Next finishes the requests in progress
 * and exits; this runs `stop` at the same time, delays that exit until `stop` is done, and forces it after 10 seconds.
 * SIGHUP and a closed stdout or stderr, whose reader is gone, count as SIGTERM.
 * @returns `done`, to call when startup is complete
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
