// npm run bench:sign-in: how much eight sign-ins at once hold up everybody else. Rounds with and without them take turns in
// one run, so that a machine that speeds up or slows down does so for both.
import { runScript, say } from '../scripts/cli.mjs'
import { prepare } from '../scripts/setup.mjs'
import { startTestDatabases } from '../tests/run/databases.mjs'
import { build, startServer } from '../tests/run/server.mjs'

const ROUNDS = 10
const SIGN_INS_AT_ONCE = 8
const PROBE_EVERY_MS = 40
const PROBES = 25
const LIMIT_MS = 100

await runScript(async () => {
  await prepare()
  const databases = await startTestDatabases()
  /** @type {(() => Promise<unknown>)[]} */
  const cleanups = [databases.stop]
  try {
    await build()
    const { env, stop } = await startServer(databases.urls)
    cleanups.push(stop)
    const { BASE_URL = '' } = env
    const signIn = await makeSignIn(BASE_URL)
    for (let warmUp = 0; warmUp < 3; warmUp += 1)
      await Promise.all([probeHome(BASE_URL), ...Array.from({ length: SIGN_INS_AT_ONCE }, signIn)])
    /** @type {number[]} */ const calm = []
    /** @type {number[]} */ const busy = []
    for (let round = 0; round < ROUNDS; round += 1) {
      calm.push(...(await probeHome(BASE_URL)))
      const signIns = Promise.all(Array.from({ length: SIGN_INS_AT_ONCE }, signIn))
      busy.push(...(await probeHome(BASE_URL)))
      await signIns
    }
    report(calm, busy)
  } finally {
    for (const cleanup of cleanups.reverse()) await cleanup()
  }
})

/** A failed sign-in costs the same hashing as a good one, and nobody need be registered. @param {string} origin */
async function makeSignIn(origin) {
  const response = await fetch(`${origin}/api/auth/csrf`)
  const { csrfToken } = await response.json()
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  let asked = 0
  return async () => {
    asked += 1 // each about another address: too many about one would be refused, without hashing
    const body = new URLSearchParams({ csrfToken, email: `nobody-${asked}@example.com`, password: 'nine purple herons' })
    const { status } = await fetch(`${origin}/api/auth/callback/credentials`, {
      method: 'POST',
      body,
      redirect: 'manual',
      headers: { cookie, origin },
    })
    if (status !== 302) throw new Error(`A sign-in was answered with ${status}`)
  }
}

/** Asks for the home page at a steady pace, without waiting for answers. @param {string} origin @returns {Promise<number[]>} milliseconds */
async function probeHome(origin) {
  const answers = []
  for (let probe = 0; probe < PROBES; probe += 1) {
    answers.push(timed(origin))
    await new Promise((resolve) => setTimeout(resolve, PROBE_EVERY_MS))
  }
  return Promise.all(answers)
}

/** @param {string} origin */
async function timed(origin) {
  const started = performance.now()
  await (await fetch(origin)).text()
  return performance.now() - started
}

/** @param {number[]} calm @param {number[]} busy */
function report(calm, busy) {
  const rows = { 'without sign-ins': summary(calm), [`${SIGN_INS_AT_ONCE} sign-ins at once`]: summary(busy) }
  for (const [name, { median, p95, slowest }] of Object.entries(rows)) {
    say(
      `${name.padEnd(24)} median ${median.toFixed(1)} ms   95 % ${p95.toFixed(1)} ms   slowest ${slowest.toFixed(1)} ms   of ${calm.length} answers`,
    )
  }
  const more = summary(busy).slowest - summary(calm).slowest
  say(
    `The home page's slowest answer took ${more.toFixed(1)} ms more (aim: under ${LIMIT_MS}), its median ${(summary(busy).median / summary(calm).median).toFixed(2)} times as long.`,
  )
}

/** @param {number[]} times */
function summary(times) {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (/** @type {number} */ share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  return { median: at(0.5), p95: at(0.95), slowest: at(1) }
}
