// Two releases behind the proxy: what a browser with pages of the old one sees when the new one answers.

import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type Browser, chromium, type Page } from '@playwright/test'
import { CliError } from '../../lib/platform/cli.mjs'
import { findBrowser } from '../run/browser.mjs'
import * as labels from '../support/labels'
import { LOAD_FORM } from '../support/load-form'
import type { Cluster } from './topology'

const TYPED = 'Typed on the old release'
const isRoot = process.getuid?.() === 0

/** A standalone build. */
export type Release = { folder: string; deployment: string; key: string }

/** Reads what tells releases apart. */
export function readRelease(folder: string): Release {
  const read = (file: string) => JSON.parse(readFileSync(path.join(folder, '.next', file), 'utf8'))
  const deployment = read('required-server-files.json').config.deploymentId
  if (!deployment) throw new CliError(`The build in ${folder} has no deployment id: set NEXT_DEPLOYMENT_ID for npm run build.`)
  return { folder, deployment, key: read('server/server-reference-manifest.json').encryptionKey }
}

type Check = (what: string, isTrue: boolean, why?: string) => void

/** Opens pages of server 0, sends every request to server 1, and uses the pages. @returns the exit code */
export async function checkSkew(cluster: Cluster, releases: Release[], check: Check): Promise<number> {
  const [old, fresh] = releases as [Release, Release]
  check('the two releases have different deployment ids', old.deployment !== fresh.deployment)
  const args = isRoot ? ['--no-sandbox'] : []
  const browser = await chromium.launch({ executablePath: await findBrowser(), args: ['--disable-gpu', '--disable-quic', ...args] })
  try {
    await tryBrowser(cluster, browser, old.key === fresh.key, check)
    return 0
  } finally {
    await browser.close()
  }
}

async function tryBrowser(cluster: Cluster, browser: Browser, isSameKey: boolean, check: Check) {
  const context = await browser.newContext({ baseURL: cluster.origin, reducedMotion: 'reduce' })
  await cluster.route(0)
  const form = await context.newPage()
  await form.goto('/register')
  await form.getByLabel(labels.accountName).fill('Heron Press')
  await form.getByLabel(labels.email).fill('skew@example.com')
  await form.getByLabel(labels.password).fill('nine purple herons wading')
  await form.getByRole('button', { name: labels.createAccount }).click()
  await form.waitForURL('**/private')
  const reader = await context.newPage()
  await reader.goto('/private/accounts/heron-press')
  await form.goto(LOAD_FORM.path('heron-press'))
  await Promise.all([untilQuiet(form), untilQuiet(reader)])

  await cluster.route(1)
  await reader.evaluate(() => Object.assign(window, { isOldDocument: true }))
  await reader.getByRole('navigation').getByRole('link', { name: 'Members' }).first().click()
  await reader.getByRole('heading', { name: 'Members', level: 1 }).waitFor()
  const isOld = await reader.evaluate(() => 'isOldDocument' in window)
  check('a link of the old release loads a whole page of the new one', !isOld)

  await form.getByLabel(LOAD_FORM.field, { exact: true }).fill(TYPED)
  await form.getByRole('button', { name: LOAD_FORM.button }).click()
  if (isSameKey) {
    await form.getByRole('heading', { name: TYPED }).waitFor()
    check('a form of the old release works on the new one, which has the same key of actions', true)
    return
  }
  const alert = form.getByRole('alert').filter({ hasText: 'This page is from an earlier version of the app.' })
  await alert.waitFor()
  const kept = await form.getByLabel(LOAD_FORM.field, { exact: true }).inputValue()
  check('a form of the old release, sent to a new one with another key, keeps what was typed and says to reload', kept === TYPED, kept)
  await form.reload()
  await form.getByLabel(LOAD_FORM.field, { exact: true }).fill(TYPED)
  await form.getByRole('button', { name: LOAD_FORM.button }).click()
  await form.getByRole('heading', { name: TYPED }).waitFor()
  check('after the reload the form works', true)
}

/** Waits until the page has its scripts. */
async function untilQuiet(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle')
}
