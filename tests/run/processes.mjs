// Child processes of the test commands. All of them end when the command is stopped.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { ROOT } from '../../scripts/setup.mjs'

const STOP_TIMEOUT_MS = 10_000

/** @type {Set<import('node:child_process').ChildProcess>} */
const children = new Set()

/**
 * Runs Node in the checkout and waits until it has ended.
 * @param {string[]} args @param {{ env?: Record<string, string>, log?: string }} [options] env: added to the current environment; log: a file for its output, instead of the terminal
 * @returns {Promise<number>} the exit code; 1 when a signal ended it
 */
export async function runNode(args, { env = {}, log } = {}) {
  const output = log ? openSync(log, 'w') : 'inherit'
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ...(log ? { NO_COLOR: '1' } : {}), ...env },
    stdio: ['ignore', output, output],
  })
  children.add(child)
  try {
    const [code] = await once(child, 'exit')
    return code ?? 1
  } finally {
    children.delete(child)
    if (typeof output === 'number') closeSync(output)
  }
}

/** Ends the processes of {@link runNode}: with SIGINT, so that a test runner also closes its browsers, and then with SIGKILL. */
export async function stopChildren() {
  const running = [...children]
  const exited = running.map((child) => once(child, 'exit'))
  for (const child of running) child.kill('SIGINT')
  const timer = setTimeout(() => running.map((child) => child.kill('SIGKILL')), STOP_TIMEOUT_MS)
  await Promise.all(exited)
  clearTimeout(timer)
}

/**
 * Works through a list, a few at a time, in order.
 * @template T, R
 * @param {number} count @param {T[]} items @param {(item: T) => Promise<R>} work @returns {Promise<R[]>}
 */
export async function atMost(count, items, work) {
  /** @type {R[]} */
  const results = []
  const queue = items.entries()
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: count }, worker))
  return results
}
