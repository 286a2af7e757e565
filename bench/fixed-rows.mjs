// Preloaded into a server with `node --import`: each statement reaches the database once, and later ones with the same text and
// values get the same rows from memory. So a page has a fixed scope and fixed rows, and the difference to the real one is what
// the database and its driver cost. Decrypting the cookie and parsing the rows still happen.
import { createRequire } from 'node:module'
import path from 'node:path'
import { isMainThread } from 'node:worker_threads'

/**
 * @typedef {{ text: string, values?: unknown[], submit?: unknown }} Query
 * @typedef {(error: Error | null, result?: unknown) => void} Callback
 */

if (isMainThread) {
  const { Client } = createRequire(path.join(process.cwd(), '.next', 'standalone', 'package.json'))('pg')
  const { query: send } = Client.prototype
  /** @type {Map<string, unknown>} */
  const known = new Map()
  /** @this {unknown} @param {Query | string} query @param {unknown[] | Callback} [values] @param {Callback} [callback] */
  Client.prototype.query = function (query, values, callback) {
    const key = JSON.stringify(typeof query === 'string' ? [query, values] : [query.text, query.values ?? values])
    const done = typeof values === 'function' ? values : callback
    if (!done) return known.has(key) ? Promise.resolve(known.get(key)) : send.call(this, query, values).then(remember)
    if (known.has(key)) queueMicrotask(() => done(null, known.get(key)))
    else
      send.call(this, query, values, (/** @type {Error | null} */ error, /** @type {unknown} */ result) =>
        done(error, error ? undefined : remember(result)),
      )
    return undefined

    /** @template T @param {T} result @returns {T} */
    function remember(result) {
      known.set(key, result)
      return result
    }
  }
}
