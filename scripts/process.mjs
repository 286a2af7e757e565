// Signals, the parent process, and ports, for commands that run until they are stopped.
import { createServer } from 'node:net'
import { CliError } from '../lib/platform/cli.mjs'

const PARENT_CHECK_MS = 500

/**
 * Resolves when this process must end: on a signal, when npm has exited (it does not forward every signal), or when its
 * output has been closed.
 * @returns {Promise<void>}
 */
export function untilStopped() {
  return new Promise((resolve) => {
    const stop = () => resolve()
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop)
    for (const output of [process.stdout, process.stderr]) output.on('error', stop)
    onNpmExit(stop)
  })
}

/** Calls `stop` when the npm that started this process exits. @param {() => void} stop */
export function onNpmExit(stop) {
  if (!process.env.npm_lifecycle_event) return
  const npm = process.ppid
  setInterval(() => process.ppid !== npm && stop(), PARENT_CHECK_MS).unref()
}

/**
 * Reads PORT, and checks that no other program listens there.
 * @returns {Promise<number>}
 * @throws {CliError} if PORT is not a port number, or the port is in use
 */
export async function requireFreePort() {
  const port = Number(process.env.PORT || 3000)
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new CliError('PORT must be a port number.')
  const command = process.env.npm_lifecycle_event === 'start' ? 'npm start' : 'npm run dev'
  await new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      const inUse = `Port ${port} is in use by another program. Stop it, or choose another port: PORT=${port + 1} ${command}`
      reject(error.code === 'EADDRINUSE' ? new CliError(inUse) : new CliError(`Cannot listen on port ${port}: ${error.message}`))
    })
    probe.listen(port, () => probe.close(resolve))
  })
  return port
}
