// A browser for the tests: one that is there already, or one that can be installed here.
import { execFileSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import path from 'node:path'
import { CliError, say } from '../../scripts/cli.mjs'

// The shell has no windows to draw: a new context costs it a third of what it costs the whole browser.
const NAMES = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
]
const MAC_APPS = ['Google Chrome', 'Chromium', 'Microsoft Edge']

/**
 * Finds Chromium or one of its kin: `CHROMIUM_PATH`, Playwright's own download, the PATH, a Mac's applications. When
 * there is none, installs Debian's package as root, or else Playwright's download.
 * @returns {Promise<string>} the path of the program
 * @throws {CliError} when there is none and none can be had
 */
export async function findBrowser() {
  const found = await lookAround()
  if (found) return found
  say('No browser found: installing one for the tests.')
  for (const attempt of [installFromDebian, installFromPlaywright]) {
    if (!attempt()) continue
    const installed = await lookAround()
    if (installed) return installed
  }
  throw new CliError(
    'The tests need Chromium, Chrome or Edge, and none could be installed here. Install one, or name it: CHROMIUM_PATH=/path/to/chromium npm test',
  )
}

/** @returns {Promise<string | undefined>} */
async function lookAround() {
  const given = process.env.CHROMIUM_PATH
  if (given) {
    if (isProgram(given)) return given
    throw new CliError(`CHROMIUM_PATH is ${given}, and no program is there.`)
  }
  const { chromium } = await import('@playwright/test')
  const folders = (process.env.PATH ?? '').split(path.delimiter)
  return [
    chromium.executablePath(),
    ...NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))),
    ...MAC_APPS.map((app) => `/Applications/${app}.app/Contents/MacOS/${app}`),
  ].find(isProgram)
}

/** @param {string} file */
function isProgram(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function installFromDebian() {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const install = (/** @type {string} */ name) => succeeds('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], env)
  return succeeds('apt-get', ['update', '-qq'], env) && (install('chromium-headless-shell') || install('chromium'))
}

function installFromPlaywright() {
  return succeeds(process.execPath, [path.resolve('node_modules', '@playwright', 'test', 'cli.js'), 'install', 'chromium'])
}

/** @param {string} command @param {string[]} args @param {NodeJS.ProcessEnv} [env] */
function succeeds(command, args, env = process.env) {
  try {
    execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], env })
    return true
  } catch (error) {
    say(`${command} ${args.join(' ')} did not work: ${/** @type {Error} */ (error).message.split('\n')[0]}`)
    return false
  }
}
