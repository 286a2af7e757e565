// npm run bench:soak: reads pages at a steady rate for 15 minutes, and reports how memory and connections develop.
//   npm run bench:soak -- --minutes 5 --rate 4   shorter, and with 4 requests per second. By default, it takes 15 minutes, and the
//                                                rate is half of what the server answers in the 3 minutes before
//   npm run bench:soak -- --no-build             uses the build that exists
//   npm run bench:soak -- --write                puts the figures into docs/performance.md; 21 minutes, and the build two
// Then it reports what the request log and telemetry cost in CPU time: --cost-requests 400 for each of the three servers.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
// @ts-expect-error: it has no types
import autocannon from 'autocannon'
import { CliError, runScript, say } from '../lib/platform/cli.mjs'
import { prepare } from '../scripts/setup.mjs'
import { startTestDatabases } from '../tests/run/databases.mjs'
import { describeRun } from '../tests/run/describe-run.mjs'
import { build } from '../tests/run/server.mjs'
import { LIVE_MEMORY, NODE_OPTIONS, startApp } from './apps.mjs'
import { connect, createTeam } from './data.mjs'
import { writeSection } from './section.mjs'
import { median } from './statistics.mjs'

const SAMPLES = 'test-results/soak.tsv' // minutes, and MB in use
const SAMPLE_MS = 2_000
const LIVE_MEMORY_MS = 30_000
const FULL_LOAD_SECONDS = 180 // also the warm-up: meanwhile, V8 compiles what runs often
const IDLE_MS = 75_000 // a pool closes idle connections after 60 s
const TICKS_PER_SECOND = 100
const ROUNDS = 4

await runScript(async () => {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '15' },
      rate: { type: 'string' },
      'cost-requests': { type: 'string', default: '400' },
      'no-build': { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
    },
  })
  const run = describeRun()
  await prepare()
  if (!values['no-build']) await build()
  const databases = await startTestDatabases()
  try {
    const { isSteady, lines } = await soak(databases.urls, Number(values.minutes) * 60, values.rate ? Number(values.rate) : undefined)
    for (const line of lines) say(line)
    const costs = await compareCosts(databases.urls, Number(values['cost-requests']))
    for (const line of costs) say(line)
    if (values.write) writeSection('A soak', 'npm run bench:soak', run, [...lines, ...costs])
    return isSteady ? 0 : 1
  } finally {
    await databases.stop()
  }
})

/** @typedef {{ superuser: string, owner: string, runtime: string }} Urls */

/** @param {Urls} urls @param {number} seconds @param {number} [wanted] requests per second; half load if omitted @returns {Promise<{ isSteady: boolean, lines: string[] }>} whether nothing grows */
async function soak(urls, seconds, wanted) {
  const app = await startApp(urls, { database: 'soak', env: { WORKER: 'on', NODE_OPTIONS: `${NODE_OPTIONS} ${LIVE_MEMORY}` } })
  const client = await connect(app.env)
  try {
    const cookie = await createTeam(client, app.env)
    const before = await countConnections(client)
    // A pool creates its Prisma client, which stays, with its first write: for a session, every five minutes, and for jobs, hourly.
    await client.query(`UPDATE sessions SET last_seen_at = now() - interval '10 minutes'`)
    await client.query(`SELECT graphile_worker.add_job('clean')`)
    const full = (await run(app, cookie, { duration: FULL_LOAD_SECONDS })).requests / FULL_LOAD_SECONDS
    const rate = wanted ?? Math.max(1, Math.round(full / 2))
    const load = run(app, cookie, { overallRate: rate, duration: seconds })
    const began = performance.now()
    const minutes = () => (performance.now() - began) / 60_000
    const isOver = load.then(() => true)
    /** @param {number} ms @param {() => Promise<void>} sample */
    const every = async (ms, sample) => {
      while (!(await Promise.race([isOver, sleep(ms, false)]))) await sample()
    }
    /** @type {number[]} */
    const connections = []
    /** @type {number[]} */
    const rss = []
    /** @type {[number, number][]} */
    const live = []
    await Promise.all([
      every(SAMPLE_MS, async () => {
        rss.push(app.rss())
        connections.push(await countConnections(client))
      }),
      every(LIVE_MEMORY_MS, async () => void live.push([minutes(), await app.liveMemory()])),
    ])
    const { requests, p50, p99 } = await load
    writeFileSync(SAMPLES, `${live.map(([minute, megabytes]) => `${minute.toFixed(1)}\t${megabytes.toFixed(2)}`).join('\n')}\n`)
    await sleep(IDLE_MS)
    const after = await countConnections(client)
    const { slope, error } = slopeOf(live)
    const isFlat = slope < 2 * error
    const third = Math.ceil(rss.length / 3)
    const isSteady = isFlat && after <= before + 1
    const lines = [
      `${requests} requests in ${(seconds / 60).toFixed(1)} minutes, ${rate} a second; the server had answered ${full.toFixed(0)} a second in the ${FULL_LOAD_SECONDS / 60} minutes before. All were answered 200; p50 ${p50} ms, p99 ${p99} ms.`,
      `Memory in use after a full garbage collection: ${live[0]?.[1].toFixed(1)} MB at first, ${live.at(-1)?.[1].toFixed(1)} MB at last; ${slope.toFixed(2)} ± ${(2 * error).toFixed(2)} MB a minute.`,
      `Memory of the process (RSS): ${Math.min(...rss).toFixed(0)} to ${Math.max(...rss).toFixed(0)} MB; the median of the first third ${median(rss.slice(0, third)).toFixed(0)} MB, of the last third ${median(rss.slice(-third)).toFixed(0)} MB.`,
      `Connections: ${before} before, ${Math.max(...connections)} at most, ${after} after ${IDLE_MS / 1000} s without requests.`,
      isSteady ? 'Nothing grows.' : 'GROWS: memory or connections.',
    ]
    return { isSteady, lines }
  } finally {
    await client.end()
    await app.stop()
  }
}

/** Compares the CPU time of a request with a quiet log, with the request log, and with telemetry too. @param {Urls} urls @param {number} requests */
async function compareCosts(urls, requests) {
  const sink = createServer((request, response) => request.resume().on('end', () => response.end('{}')))
  await new Promise((resolve) => sink.listen(0, '127.0.0.1', () => resolve(undefined)))
  const { port } = /** @type {import('node:net').AddressInfo} */ (sink.address())
  const telemetry = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` }
  const kinds = { 'no request log': { LOG_LEVEL: 'error' }, 'request log': {}, 'request log and telemetry': telemetry }
  /** @type {{ name: string, app: import('./apps.mjs').App, cookie: string, pid: number, costs: number[] }[]} */
  const servers = []
  try {
    for (const [n, [name, env]] of Object.entries(kinds).entries()) {
      const app = await startApp(urls, { database: `cost_${n}`, env: /** @type {Record<string, string>} */ (env) })
      const client = await connect(app.env)
      const cookie = await createTeam(client, app.env).finally(() => client.end())
      servers.push({ name, app, cookie, pid: pidOf(app), costs: [] })
      await run(app, cookie, { amount: 100 })
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const { app, cookie, pid, costs } of round % 2 ? servers.toReversed() : servers) {
        const before = cpuSeconds(pid)
        await run(app, cookie, { amount: Math.ceil(requests / ROUNDS) })
        costs.push(((cpuSeconds(pid) - before) * 1000) / Math.ceil(requests / ROUNDS))
      }
    }
    return servers.map(
      ({ name, costs }) =>
        `CPU time of a request, ${name}: ${median(costs).toFixed(1)} ms (${costs.map((cost) => cost.toFixed(1)).join(', ')})`,
    )
  } finally {
    for (const { app } of servers) await app.stop()
    sink.close()
  }
}

/** Requests the pages of an account in turn. @param {import('./apps.mjs').App} app @param {string} cookie @param {object} plan of autocannon */
async function run(app, cookie, plan) {
  const paths = ['/private', '/private/accounts/team', '/private/accounts/team/projects', '/private/accounts/team/members']
  const requests = paths.map((path) => ({ path, headers: { cookie, 'x-forwarded-for': '192.0.2.1' } }))
  const result = await autocannon({ url: app.origin, connections: 4, requests, timeout: 20, ...plan })
  const wrong = Object.entries(result.statusCodeStats ?? {}).filter(([code]) => Number(code) !== 200)
  if (wrong.length || result.errors) throw new CliError(`Answers: ${JSON.stringify(result.statusCodeStats)}, ${result.errors} errors`)
  return { requests: result.requests.total, p50: result.latency.p50, p99: result.latency.p99 }
}

/** @param {import('pg').Client} client of the database that the server uses */
async function countConnections(client) {
  const { rows } = await client.query(
    `SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = 'atrium_app' AND datname = current_database()`,
  )
  return rows[0].n
}

/**
 * Returns the least-squares slope and its standard error. Memory in use wanders, so each sample is close to the one before:
 * the error counts that, as for a first-order autoregressive series.
 * @param {[number, number][]} points
 */
function slopeOf(points) {
  const mean = (/** @type {number} */ at) => points.reduce((sum, point) => sum + (point[at] ?? 0), 0) / points.length
  const [meanX, meanY] = [mean(0), mean(1)]
  const spread = points.reduce((sum, [x = 0]) => sum + (x - meanX) ** 2, 0)
  const slope = points.reduce((sum, [x = 0, y = 0]) => sum + (x - meanX) * (y - meanY), 0) / spread
  const rests = points.map(([x = 0, y = 0]) => y - meanY - slope * (x - meanX))
  const squares = rests.reduce((sum, rest) => sum + rest ** 2, 0)
  const likeness = Math.max(0, rests.slice(1).reduce((sum, rest, n) => sum + rest * (rests[n] ?? 0), 0) / squares)
  const error = Math.sqrt(squares / Math.max(1, points.length - 2) / spread)
  return { slope, error: error * Math.sqrt((1 + likeness) / (1 - likeness)) }
}

/** Finds the process of a server by its port, in /proc. @param {import('./apps.mjs').App} app */
function pidOf({ env }) {
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) continue
    try {
      if (readFileSync(`/proc/${entry}/environ`, 'utf8').includes(`\0PORT=${env.PORT}\0`)) return Number(entry)
    } catch {
      // it has ended, or belongs to another user
    }
  }
  throw new CliError('The process of the server was not found: this needs /proc.')
}

/** @param {number} pid */
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}
