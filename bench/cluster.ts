// npm run bench:cluster: the rate of one server and of two behind nginx, and what PgBouncer costs. Load, servers, and database
// share this machine, so two servers gain only what its cores have left. --no-build uses the build that exists.
import { parseArgs } from 'node:util'
import { runScript, say } from '../scripts/cli.mjs'
import { freePort } from '../scripts/postgres.mjs'
import { freshSecret } from '../scripts/setup.mjs'
import { Cluster, requirePrograms } from '../tests/cluster/topology'
import { build } from '../tests/run/server.mjs'
import { connect, createTeam } from './data.mjs'
import { measureRates, ratioOf } from './load.mjs'
import { median } from './statistics.mjs'

const { values: options } = parseArgs({
  options: {
    'no-build': { type: 'boolean' },
    rounds: { type: 'string', default: '6' },
    seconds: { type: 'string', default: '5' },
  },
})
const plan = { rounds: Number(options.rounds), seconds: Number(options.seconds) }
const CONNECTIONS = 16

await runScript(async () => {
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
    say(`Through PgBouncer, × a direct connection: ${ratioOf(pooling.pooled, pooling.direct).toFixed(2)}`)

    await cluster.stopProcess('server-1')
    await cluster.startServer(1)
    await cluster.route(0)
    const { proxied: one } = await measureRates({ proxied: target(ports.proxy) }, plan)
    await cluster.route(0, 1)
    const { proxied: two } = await measureRates({ proxied: target(ports.proxy) }, plan)
    say(`Two servers, × one: ${(median(two) / median(one)).toFixed(2)} (${median(two).toFixed(0)}/s and ${median(one).toFixed(0)}/s)`)
    return 0
  } finally {
    await cluster.stop()
  }
})
