// Whether answers take longer with 1,000,000 users, accounts, memberships, and sessions than with 1,000. Two servers run on two
// databases, and requests to them alternate.
import { say } from '../lib/platform/cli.mjs'
import { startApp } from './apps.mjs'
import { connect, createCrowd, createTeam, PASSWORD } from './data.mjs'
import { newClient, submit } from './forms.mjs'
import { median } from './statistics.mjs'

const SIZES = { small: 1_000, large: 1_000_000 }
const WARM_UPS = 10
const PAGES = ['/private', '/private/accounts/team', '/private/accounts/team/projects', '/private/accounts/team/members']

/** @param {import('./plan.mjs').Bench} bench @returns {Promise<import('./plan.mjs').Row[]>} */
export async function scale({ urls, plan }) {
  const [small, large] = [await prepareSize(urls, 'small'), await prepareSize(urls, 'large')]
  try {
    const ratios = []
    /** @type {Record<string, number[]>} */
    const raw = {}
    for (const [name, request] of Object.entries(requests())) {
      const times = await alternate(request, [small, large], plan.scale)
      raw[`${name}, p50 in ms`] = times.map(median)
      ratios.push(median(times[1]) / median(times[0]))
    }
    return [{ id: 'scale', values: [Math.max(...ratios)], raw }]
  } finally {
    await Promise.all([small.app.stop(), large.app.stop()])
  }
}

/** @param {(side: Side) => Promise<Response>} request @param {[Side, Side]} sides @param {number} count @returns {Promise<[number[], number[]]>} milliseconds of each side */
async function alternate(request, sides, count) {
  /** @type {[number[], number[]]} */
  const times = [[], []]
  for (let n = -WARM_UPS; n < count; n += 1) {
    for (const index of /** @type {(0 | 1)[]} */ (n % 2 ? [0, 1] : [1, 0])) {
      const started = performance.now()
      await (await request(sides[index])).text()
      if (n >= 0) times[index].push(performance.now() - started)
    }
  }
  return times
}

/** @typedef {Awaited<ReturnType<typeof prepareSize>>} Side */

/** @param {import('./plan.mjs').Bench['urls']} urls @param {keyof typeof SIZES} size */
async function prepareSize(urls, size) {
  const app = await startApp(urls, { database: `bench_${size}` })
  const client = await connect(app.env)
  say(`  creating ${SIZES[size].toLocaleString('en-US')} users`)
  await createCrowd(client, SIZES[size])
  const cookie = await createTeam(client, app.env)
  await client.query('VACUUM ANALYZE')
  await client.query('CHECKPOINT')
  await client.end()
  return { app, cookie, people: { next: 0 } }
}

/** @returns {Record<string, (side: Side) => Promise<Response>>} */
function requests() {
  const page =
    (/** @type {string} */ at) =>
    (/** @type {Side} */ { app, cookie }) =>
      fetch(`${app.origin}${at}`, { headers: { cookie } })
  const signIn = (/** @type {Side} */ { app, people }) => {
    people.next += 1
    const fields = { email: `person${people.next}@example.com`, password: PASSWORD }
    return submit({ origin: app.origin, headers: newClient() }, '/login', 'Sign in', fields)
  }
  return { ...Object.fromEntries(PAGES.map((at) => [at, page(at)])), 'sign-in': signIn }
}
