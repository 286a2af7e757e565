// npm run bench:sign-in: measures how much eight concurrent sign-ins delay other requests. Rounds with and without them
// alternate, so that changes in the machine's speed affect both.
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
    /** @type {number[]} */ const idle = []
    /** @type {number[]} */ const busy = []
    for (let round = 0; round < ROUNDS; round += 1) {
      idle.push(...(await probeHome(BASE_URL)))
      const signIns = Promise.all(Array.from({ length: SIGN_INS_AT_ONCE }, signIn))
      busy.push(...(await probeHome(BASE_URL)))
      await signIns
    }
    report(idle, busy)
  } finally {
    for (const cleanup of cleanups.reverse()) await cleanup()
  }
})

/** Returns a function that fails to sign in, which costs as much hashing as a success and needs no user. @param {string} origin */
async function makeSignIn(origin) {
  const response = await fetch(`${origin}/api/auth/csrf`)
  const { csrfToken } = await response.json()
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  let attempts = 0
  return async () => {
    attempts += 1 // a new email each time, because rate limits would refuse the same one without hashing
    const body = new URLSearchParams({ csrfToken, email: `unknown-${attempts}@example.com`, password: 'nine purple herons' })
    const { status } = await fetch(`${origin}/api/auth/callback/credentials`, {
      method: 'POST',
      body,
      redirect: 'manual',
      headers: { cookie, origin },
    })
    if (status !== 302) throw new Error(`The sign-in endpoint answered ${status}`)
  }
}

/** Requests the home page at a steady rate, without waiting for responses. @param {string} origin @returns {Promise<number[]>} milliseconds */
async function probeHome(origin) {
  const responses = []
  for (let probe = 0; probe < PROBES; probe += 1) {
    responses.push(measure(origin))
    await new Promise((resolve) => setTimeout(resolve, PROBE_EVERY_MS))
  }
  return Promise.all(responses)
}

/** @param {string} origin */
async function measure(origin) {
  const started = performance.now()
  await (await fetch(origin)).text()
  return performance.now() - started
}

/** @param {number[]} idle @param {number[]} busy */
function report(idle, busy) {
  const rows = { 'without sign-ins': summarize(idle), [`${SIGN_INS_AT_ONCE} concurrent sign-ins`]: summarize(busy) }
  for (const [name, { median, p95, slowest }] of Object.entries(rows)) {
    say(
      `${name.padEnd(24)} median ${median.toFixed(1)} ms   p95 ${p95.toFixed(1)} ms   slowest ${slowest.toFixed(1)} ms   ${idle.length} responses`,
    )
  }
  const delay = summarize(busy).slowest - summarize(idle).slowest
  say(
    `The slowest response of the home page took ${delay.toFixed(1)} ms longer (target: under ${LIMIT_MS}), and the median ${(summarize(busy).median / summarize(idle).median).toFixed(2)} times as long.`,
  )
}

/** @param {number[]} times */
function summarize(times) {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (/** @type {number} */ share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  return { median: at(0.5), p95: at(0.95), slowest: at(1) }
}
