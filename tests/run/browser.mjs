// Finds a browser for the tests, or installs one.
import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { CliError, say } from '../../lib/platform/cli.mjs'
import { ROOT } from '../../scripts/setup.mjs'

const SHELL = 'chromium-headless-shell'
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge']
const MAC_APPS = ['Google Chrome', 'Chromium', 'Microsoft Edge']

/**
 * Finds Chromium, Chrome or Edge: `CHROMIUM_PATH`, a headless shell, Playwright's own download, the PATH, the applications of
 * macOS. If there is none, installs Debian's package as root, else Playwright's download. CI tries that too if it has only a
 * full browser, because the tests take 40% less CPU time with the headless shell.
 * @returns {Promise<string>} the path of the program
 * @throws {CliError} when none is found and none can be installed
 */
export async function findBrowser() {
  const found = await searchBrowser()
  if (found && (process.env.CHROMIUM_PATH || !process.env.CI || isShell(found))) return found
  for (const install of [() => installFromDebian(SHELL), ...(found ? [] : [() => installFromDebian('chromium')]), installFromPlaywright]) {
    if (!(await install())) continue
    const installed = await searchBrowser()
    if (installed) return installed
  }
  if (found) return found
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
  const onPath = (/** @type {string} */ name) => folders.map((folder) => path.join(folder, name))
  return [
    ...shellsOfPlaywright(chromium.executablePath()),
    ...onPath(SHELL),
    chromium.executablePath(),
    ...NAMES.flatMap(onPath),
    ...MAC_APPS.map((app) => `/Applications/${app}.app/Contents/MacOS/${app}`),
  ].find(isProgram)
}

/**
 * Returns where Playwright has its headless shell: beside the full browser, in a folder of the same revision.
 * @param {string} browser the path of the full browser, such as `chromium-1255/chrome-linux64/chrome`
 * @returns {string[]}
 */
function shellsOfPlaywright(browser) {
  const [root, revision] = browser.split(/[\\/]chromium-(\d+)[\\/]/)
  const folder = path.join(root ?? '', `chromium_headless_shell-${revision}`)
  if (!existsSync(folder)) return []
  const shell = process.platform === 'win32' ? 'chrome-headless-shell.exe' : 'chrome-headless-shell'
  return readdirSync(folder).map((platform) => path.join(folder, platform, shell))
}

/** @param {string} file */
function isShell(file) {
  return path.basename(file).includes('headless-shell')
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

/** @param {string} name of the package */
async function installFromDebian(name) {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false
  say(`Installing a browser for the tests: apt-get install ${name}.`)
  const isUpdated = await succeeds('apt-get', ['update', '-qq'])
  return isUpdated && succeeds('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name])
}

function installFromPlaywright() {
  say('Installing a browser for the tests: playwright install --only-shell chromium.')
  return succeeds(process.execPath, ['node_modules/@playwright/test/cli.js', 'install', '--only-shell', 'chromium'])
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
