// Finds a browser for the tests, or installs one.
import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { CliError, say } from '../../lib/platform/cli.mjs'
import { ROOT } from '../../scripts/setup.mjs'

// The headless shell comes first, because it creates a context in a third of the time of the full browser.
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
 * Finds Chromium, Chrome or Edge: `CHROMIUM_PATH`, Playwright's own download, the PATH, the applications of macOS. If there
 * is none, installs Debian's package as root, else Playwright's download.
 * @returns {Promise<string>} the path of the program
 * @throws {CliError} when none is found and none can be installed
 */
export async function findBrowser() {
  const found = await searchBrowser()
  if (found) return found
  for (const install of [installFromDebian, installFromPlaywright]) {
    if (!(await install())) continue
    const installed = await searchBrowser()
    if (installed) return installed
  }
  throw new CliError(
    'The browser tests need Chromium, Chrome, or Edge, and none could be installed. Install one, or set CHROMIUM_PATH=/path/to/chromium.',
  )
}

/** @returns {Promise<string | undefined>} */
async function searchBrowser() {
  const given = process.env.CHROMIUM_PATH
  if (given) {
    if (isProgram(given)) return given
    throw new CliError(`CHROMIUM_PATH is ${given}, which is not a program.`)
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

async function installFromDebian() {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false
  say('Installing a browser for the tests: apt-get install chromium-headless-shell, or chromium where there is no such package.')
  const install = (/** @type {string} */ name) => succeeds('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name])
  return (await succeeds('apt-get', ['update', '-qq'])) && ((await install('chromium-headless-shell')) || (await install('chromium')))
}

function installFromPlaywright() {
  say('Installing a browser for the tests: playwright install chromium.')
  return succeeds(process.execPath, ['node_modules/@playwright/test/cli.js', 'install', 'chromium'])
}

/** @param {string} command @param {string[]} args */
async function succeeds(command, args) {
  try {
    await promisify(execFile)(command, args, { cwd: ROOT, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
    return true
  } catch (error) {
    say(`${command} ${args.join(' ')} failed: ${/** @type {Error} */ (error).message}`)
    return false
  }
}
