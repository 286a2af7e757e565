// Eight connections that sign in or register, always as different people: their rate in relation to that of the hash engine on
// all cores, and how much they delay a static file and the home page.
import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CliError, say } from '../lib/platform/cli.mjs'
import { ROOT } from '../scripts/setup.mjs'
import { PASSWORD, PEOPLE } from './data.mjs'
import { newClient, submit } from './forms.mjs'
import { median, percentile } from './statistics.mjs'

const CONNECTIONS = 8
const PROBE_EVERY_MS = 25
let person = 100 // after those of the other parts

/** @param {import('./plan.mjs').Bench} bench @returns {Promise<import('./plan.mjs').Row[]>} */
export async function storm({ app, plan }) {
  const { rounds, seconds } = plan.storm
  const file = await findStaticFile(app.origin)
  /** @type {Record<'signIn' | 'register' | 'engine', number[]>} */
  const found = { signIn: [], register: [], engine: [] }
  /** @type {Record<'idle' | 'busy', Record<'file' | 'home', number[]>>} */
  const waits = { idle: { file: [], home: [] }, busy: { file: [], home: [] } }
  for (let round = 0; round < rounds; round += 1) {
    found.engine.push(await hashRate(seconds))
    await probe(app.origin, file, seconds, waits.idle)
    found.signIn.push(await rush(seconds, () => signIn(app.origin)))
    await Promise.all([rush(seconds, () => signIn(app.origin)), probe(app.origin, file, seconds, waits.busy)]) // 40 home pages a second
    found.register.push(await rush(seconds, () => register(app.origin)))
    say(
      `  round ${round + 1} of ${rounds}: ${Object.entries(found)
        .map(([name, rates]) => `${name} ${rates.at(-1)?.toFixed(1)}/s`)
        .join(', ')}`,
    )
  }
  const ratio = (/** @type {number[]} */ rates) => median(rates.map((rate, round) => rate / (found.engine[round] ?? Number.NaN)))
  const slower = (/** @type {'file' | 'home'} */ name) => percentile(waits.busy[name], 0.99) / percentile(waits.idle[name], 0.99)
  return [
    { id: 'storm', values: [ratio(found.signIn), ratio(found.register)], raw: found },
    { id: 'storm-others', values: [slower('file'), slower('home')] },
  ]
}

/** Runs hashes in separate threads, one on each core, with the engine that the app chooses. @param {number} seconds */
async function hashRate(seconds) {
  const { default: Piscina } = await import('piscina')
  const cores = availableParallelism()
  const filename = path.join(ROOT, 'lib', 'password', 'worker.mjs')
  const threads = new Piscina({ filename, minThreads: cores, maxThreads: cores, concurrentTasksPerWorker: 1 })
  const { engine } = await threads.run(undefined, { name: 'chooseEngine' })
  const rate = await rush(seconds, () => threads.run({ secret: PASSWORD, cost: 12, engine }, { name: 'hash' }), cores)
  await threads.destroy()
  return rate
}

/** Repeats work on several connections. @param {number} seconds @param {() => Promise<unknown>} work @param {number} [connections] @returns {Promise<number>} how often, per second */
async function rush(seconds, work, connections = CONNECTIONS) {
  const started = performance.now()
  const until = started + seconds * 1000
  let count = 0
  const repeat = async () => {
    while (performance.now() < until) {
      await work()
      count += 1
    }
  }
  await Promise.all(Array.from({ length: connections }, repeat))
  return (count * 1000) / (performance.now() - started)
}

/** @param {string} origin */
async function signIn(origin) {
  person += 1
  if (person > PEOPLE) throw new CliError('Not enough people for this storm: raise PEOPLE in bench/data.mjs.')
  const fields = { email: `person${person}@example.com`, password: PASSWORD }
  await expectSession(await submit({ origin, headers: newClient() }, '/login', 'Sign in', fields))
}

/** @param {string} origin */
async function register(origin) {
  const name = `storm-${randomBytes(6).toString('hex')}`
  const fields = { accountName: name, email: `${name}@example.com`, password: PASSWORD }
  await expectSession(await submit({ origin, headers: newClient() }, '/register', 'Create account', fields))
}

/** @param {Response} response */
async function expectSession(response) {
  const text = await response.text()
  if (response.headers.getSetCookie().some((line) => line.includes('session-token='))) return
  throw new CliError(`No session was started: ${response.status} ${text.slice(0, 200)}`)
}

/** Requests a file and the home page at a steady rate. @param {string} origin @param {string} file @param {number} seconds @param {Record<'file' | 'home', number[]>} waits */
async function probe(origin, file, seconds, waits) {
  const requests = []
  for (const until = performance.now() + seconds * 1000; performance.now() < until; await sleep(PROBE_EVERY_MS)) {
    requests.push(time(`${origin}${file}`, waits.file), time(`${origin}/`, waits.home))
  }
  await Promise.all(requests)
}

/** @param {string} url @param {number[]} times */
async function time(url, times) {
  const started = performance.now()
  await (await fetch(url)).arrayBuffer()
  times.push(performance.now() - started)
}

/** @param {string} origin */
async function findStaticFile(origin) {
  const [file] = (await (await fetch(`${origin}/login`)).text()).match(/\/_next\/static\/[^"']+\.css/) ?? []
  if (!file) throw new CliError('The sign-in page has no style sheet to measure.')
  return file
}
