// Measures rates in alternating rounds, so that changes in the machine's speed affect all targets alike.
// @ts-expect-error: it has no types
import autocannon from 'autocannon'
import { CliError, say } from '../lib/platform/cli.mjs'
import { median } from './statistics.mjs'

const WARM_UP_SECONDS = 6 // until then, V8 still compiles the larger pages, and their rate grows from round to round

/**
 * @typedef {object} Target
 * @property {string} url
 * @property {number} connections
 * @property {number} status of every answer
 * @property {Record<string, string>} [headers]
 */

/**
 * Loads each target in turn, round by round.
 * @template {string} Name
 * @param {Record<Name, Target>} targets @param {{ rounds: number, seconds: number }} plan
 * @returns {Promise<Record<Name, number[]>>} requests per second, one value for each round
 */
export async function measureRates(targets, { rounds, seconds }) {
  const names = /** @type {Name[]} */ (Object.keys(targets))
  const rates = /** @type {Record<Name, number[]>} */ ({})
  for (const name of names) {
    rates[name] = []
    await load(targets[name], WARM_UP_SECONDS)
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const name of round % 2 ? names.toReversed() : names) rates[name].push(await load(targets[name], seconds))
    say(`  round ${round + 1} of ${rounds}`)
  }
  for (const name of names) say(`  ${name.padEnd(28)} ${median(rates[name]).toFixed(0).padStart(6)}/s`)
  return rates
}

/** @param {Target} target @param {number} seconds @returns {Promise<number>} answers per second */
async function load(target, seconds) {
  const { requests, duration } = await request(target, { duration: seconds })
  return requests.total / duration
}

/** Requests a page `amount` times. @param {Target} target @param {number} amount */
export async function loadPages(target, amount) {
  await request(target, { amount })
}

/** @param {Target} target @param {{ duration: number } | { amount: number }} extent */
async function request({ url, connections, status, headers = {} }, extent) {
  const result = await autocannon({ url, connections, headers, ...extent })
  const wrong = Object.entries(result.statusCodeStats ?? {}).filter(([code]) => Number(code) !== status)
  if (wrong.length || result.errors)
    throw new CliError(`${url} answered ${JSON.stringify(result.statusCodeStats)}, ${result.errors} errors`)
  return result
}

/** Returns the median of the ratios of two targets in the same round. @param {number[]} one @param {number[]} other */
export function ratioOf(one, other) {
  return median(one.map((rate, round) => rate / (other[round] ?? Number.NaN)))
}
