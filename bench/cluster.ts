// npm run bench:cluster: the rate of one server and of two behind nginx, and what PgBouncer costs. Load, servers, and database
// share this machine, so two servers gain only what its cores have left. --no-build uses the build that exists, and --write puts
// the figures into docs/performance.md. It takes about five minutes, and the build two.
import { parseArgs } from 'node:util'
import { runScript, say } from '../lib/platform/cli.mjs'
import { freePort } from '../scripts/postgres.mjs'
import { freshSecret } from '../scripts/setup.mjs'
import { Cluster, requirePrograms } from '../tests/cluster/topology'
import { describeRun } from '../tests/run/describe-run.mjs'
import { build } from '../tests/run/server.mjs'
import { connect, createTeam } from './data.mjs'
import { measureRates, ratioOf } from './load.mjs'
import { writeSection } from './section.mjs'
import { median } from './statistics.mjs'

const { values: options } = parseArgs({
  options: {
    'no-build': { type: 'boolean' },
    rounds: { type: 'string', default: '6' },
    seconds: { type: 'string', default: '5' },
    write: { type: 'boolean' },
  },
})
const plan = { rounds: Number(options.rounds), seconds: Number(options.seconds) }
const CONNECTIONS = 16

await runScript(async () => {
  const run = describeRun()
  requirePrograms()
  if (!options['no-build']) await build()
  const ports = { pgbouncer: await freePort(), proxy: await freePort(), servers: [await freePort(), await freePort()] }
  const secrets = { AUTH_SECRET: freshSecret(), PASSWORD_PEPPER: freshSecret(), FACTOR_KEY: freshSecret() }
  const cluster = await Cluster.start(ports, { ...secrets, REQUESTS_PER_ADDRESS: '1000' })
  try {
    await cluster.startServer(0)
    await cluster.startServer(1, { DATABASE_URL: cluster.databases.urls.runtime })
    const settings = { ...secrets, DATABASE_SUPERUSER_URL: cluster.databases.urls.superuser }
    const client = await connect(settings)
    const cookie = await createTeam(client, settings).finally(() => client.end())
    const headers = { cookie, host: `localhost:${ports.proxy}`, 'x-forwarded-for': '192.0.2.1' }
    const target = (port: number) => ({ url: `http://127.0.0.1:${port}/private`, connections: CONNECTIONS, status: 200, headers })
    const [pooled, direct] = ports.servers as [number, number]

    const pooling = await measureRates({ pooled: target(pooled), direct: target(direct) }, plan)
    const cost = ratioOf(pooling.pooled, pooling.direct)

    await cluster.stopProcess('server-1')
    await cluster.startServer(1)
    await cluster.route(0)
    const { proxied: one } = await measureRates({ proxied: target(ports.proxy) }, plan)
    await cluster.route(0, 1)
    const { proxied: two } = await measureRates({ proxied: target(ports.proxy) }, plan)
    const rateOf = (rates: number[]) => `${median(rates).toFixed(0)}/s (${rates.map((rate) => rate.toFixed(0)).join(', ')})`
    const lines = [
      `\`/private\`, ${CONNECTIONS} connections, ${plan.rounds} rounds of ${plan.seconds} s. Load, servers, and database share the machine.`,
      `Through PgBouncer, × a direct connection: **${cost.toFixed(2)}**; ${rateOf(pooling.pooled)} and ${rateOf(pooling.direct)}.`,
      `Two servers behind nginx, × one: **${(median(two) / median(one)).toFixed(2)}**; ${rateOf(two)} and ${rateOf(one)}.`,
    ]
    for (const line of lines) say(line)
    if (options.write) writeSection('The cluster', 'npm run bench:cluster', run, lines)
    return 0
  } finally {
    await cluster.stop()
  }
})
