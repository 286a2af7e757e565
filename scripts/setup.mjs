// Prepares a checkout: dependencies, the generated client, and .env. Works without node_modules.
import { execFile, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { CliError, say } from '../lib/platform/cli.mjs'

export const ROOT = path.resolve(import.meta.dirname, '..')
export const DATA_DIR = path.join(ROOT, '.data', 'postgres')
const CLIENT_DIR = path.join(ROOT, 'lib', 'generated', 'prisma')
process.env.NEXT_TELEMETRY_DISABLED ??= '1'
const ENV_FILE = path.join(ROOT, '.env')
const OLDEST_NODE = { major: 20, minor: 19 }

/** Installs the packages and generates the client, if they are missing or out of date. */
export async function prepare() {
  requireNode()
  if (isImage()) return
  if (!isInstalled()) await install()
  await generateClient()
}

/** Returns whether this is a container: only the standalone build, with its packages installed. */
function isImage() {
  return existsSync(path.join(ROOT, 'server.js'))
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > OLDEST_NODE.major || (major === OLDEST_NODE.major && minor >= OLDEST_NODE.minor)) return
  throw new CliError(`Node ${OLDEST_NODE.major}.${OLDEST_NODE.minor} or later is needed; this is ${process.versions.node}.`)
}

/** Returns whether node_modules matches package-lock.json, by npm's own record of what it installed. */
function isInstalled() {
  const record = path.join(ROOT, 'node_modules', '.package-lock.json')
  if (!existsSync(record)) return false
  /** @typedef {Record<string, { version?: string, integrity?: string, optional?: boolean, extraneous?: boolean, dev?: boolean }>} Packages */
  const wanted = /** @type {Packages} */ (JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')).packages)
  const present = /** @type {Packages} */ (JSON.parse(readFileSync(record, 'utf8')).packages)
  const skipDev = process.env.NODE_ENV === 'production'
  return Object.entries(wanted).every(([folder, { version, optional, extraneous, dev }]) => {
    if (folder === '' || extraneous || (dev && skipDev)) return true
    const installed = present[folder]
    return installed ? installed.version === version : optional === true
  })
}

async function install() {
  say(
    existsSync(path.join(ROOT, 'node_modules'))
      ? 'The installed packages do not match package-lock.json: installing.'
      : 'Installing packages.',
  )
  const code = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  if (code !== 0) throw new CliError('npm ci failed. Its output is above. Nothing was started.')
}

/**
 * Generates the Prisma client if the schema or Prisma's version has changed.
 * @returns {Promise<boolean>} whether it was generated
 */
export async function generateClient() {
  const schema = readFileSync(path.join(ROOT, 'prisma', 'schema.prisma'))
  const version = readFileSync(path.join(ROOT, 'node_modules', 'prisma', 'package.json'))
  const stamp = createHash('sha256').update(schema).update(version).digest('hex')
  const stampFile = path.join(CLIENT_DIR, '.made-from')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return false
  try {
    await promisify(execFile)(process.execPath, ['node_modules/prisma/build/index.js', 'generate', '--no-hints'], {
      cwd: ROOT,
      // Prisma downloads a schema engine if it finds none, although generating never runs it. Any program will do.
      env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' },
    })
  } catch (error) {
    const { stderr } = /** @type {{ stderr?: string }} */ (error)
    throw new CliError(`prisma generate failed:\n${stderr?.trim() || error}`)
  }
  writeFileSync(stampFile, stamp)
  return true
}

/**
 * Returns the entry file of the standalone server.
 * @returns {string} a file URL
 * @throws {CliError} if there is no production build
 */
export function standaloneServer() {
  const server = path.join(ROOT, isImage() ? '' : '.next/standalone', 'server.js')
  if (!existsSync(server)) throw new CliError('There is no production build yet. Run npm run build first.')
  return pathToFileURL(server).href
}

/** Reads .env, if it exists. Variables that are already set take precedence. */
export function loadEnv() {
  if (existsSync(ENV_FILE)) process.loadEnvFile(ENV_FILE)
}

const SECRETS = ['AUTH_SECRET', 'PASSWORD_PEPPER', 'FACTOR_KEY']

/**
 * Writes a .env with new secrets if there is none, so that a new checkout runs and no two share a secret. Adds a secret that
 * an older .env lacks.
 */
export function writeFirstEnv() {
  if (existsSync(ENV_FILE)) return addMissingSecrets()
  const lines = [
    '# Written on first start. Keep it out of version control. .env.example describes every setting.',
    ...SECRETS.map((name) => `${name}=${freshSecret()}`),
  ]
  try {
    writeFileSync(ENV_FILE, `${lines.join('\n')}\n`, { flag: 'wx', mode: 0o600 })
    say('Wrote .env with fresh secrets.')
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error // another command wrote it first
  }
}

function addMissingSecrets() {
  const text = readFileSync(ENV_FILE, 'utf8')
  const missing = SECRETS.filter((name) => process.env[name] === undefined && !new RegExp(`^(?:export )?${name}=`, 'm').test(text))
  if (!missing.length) return
  appendFileSync(ENV_FILE, `${text.endsWith('\n') ? '' : '\n'}${missing.map((name) => `${name}=${freshSecret()}\n`).join('')}`)
  say(`Added ${missing.join(' and ')} to .env.`)
}

/** Generates a secret of 256 random bits. @returns {string} base64url */
export function freshSecret() {
  return randomBytes(32).toString('base64url')
}

/** Creates the folder for local data if it is missing. @returns {string} its path */
export function dataFolder() {
  const folder = path.join(ROOT, '.data')
  mkdirSync(folder, { recursive: true })
  return folder
}

/** The file in which a running `npm run dev` stores its pid, its URL, and its database. */
export const DEV_NOTE = path.join(ROOT, '.data', 'dev.json')

/**
 * Reads what a running `npm run dev` of this checkout stored.
 * @returns {{ pid: number, url?: string, runtimeUrl?: string, ownerUrl?: string, isEmbedded?: boolean } | undefined} undefined if none is running, even if a crash left the file
 */
export function readDevNote() {
  if (!existsSync(DEV_NOTE)) return undefined
  const note = JSON.parse(readFileSync(DEV_NOTE, 'utf8'))
  try {
    process.kill(note.pid, 0)
    const isOurs = !existsSync('/proc') || readFileSync(`/proc/${note.pid}/cmdline`, 'utf8').includes('dev.mjs') // the system may have reused the pid
    return isOurs ? note : undefined
  } catch {
    return undefined
  }
}

/**
 * Runs a program in the checkout, with the output of this process.
 * @param {string} command @param {string[]} args @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<number>} its exit code; 1 if a signal ended it
 */
export function run(command, args, env = process.env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'], env })
    running.add(child)
    child.once('error', reject)
    child.once('exit', (code) => {
      running.delete(child)
      resolve(code ?? 1)
    })
  })
}

const RUN_ENDS_WITHIN_MS = 10_000

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set()

/** Ends all programs that {@link run} started, and waits for them. A signal to this process alone does not reach them. */
export async function endRuns() {
  const children = [...running]
  const ended = children.map((child) => once(child, 'exit'))
  const killAll = (/** @type {NodeJS.Signals} */ signal) => {
    for (const child of children) child.kill(signal)
  }
  killAll('SIGINT') // on which a test runner also ends its browsers
  const timer = setTimeout(killAll, RUN_ENDS_WITHIN_MS, 'SIGKILL')
  await Promise.all(ended)
  clearTimeout(timer)
}
