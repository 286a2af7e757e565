import { EventEmitter, once } from 'node:events'
import { expect, type Page, test } from '@playwright/test'
import { sentence } from '../../lib/messages'
import { register } from './people'

// What JavaScript adds to the list of projects: what is done shows before the server has answered.

const lines = (page: Page) => page.locator('[data-row] > summary:visible')

/** Holds what is sent to the server until it is let go. */
async function holdAnswers(page: Page): Promise<() => void> {
  const gate = new EventEmitter()
  const opened = once(gate, 'open')
  await page.route('**/projects', async (route) => {
    if (route.request().method() === 'POST') await opened
    await route.continue()
  })
  return () => void gate.emit('open')
}

test('a new name shows at once, and the old one comes back with the reason when it is refused', async ({ page }) => {
  const { accountName } = await register(page)
  await page.goto(`/private/accounts/${accountName.toLowerCase().replaceAll(' ', '-')}/projects`)
  for (const name of ['Bridge', 'Tower']) {
    await page.getByLabel('New project').fill(name)
    await page.getByRole('button', { name: 'Create project' }).click()
    await expect(lines(page).filter({ hasText: name })).toBeVisible()
  }

  const letGo = await holdAnswers(page)
  await lines(page).filter({ hasText: 'Tower' }).click()
  const row = page.getByRole('listitem').filter({ has: page.getByRole('button', { name: 'Rename', exact: true }) })
  await row.getByLabel('Name').fill('BRIDGE')
  await row.getByRole('button', { name: 'Rename', exact: true }).click()
  await expect(lines(page)).toHaveText([/^Bridge/, /^BRIDGE/])
  letGo()
  await expect(lines(page)).toHaveText([/^Bridge/, /^Tower/])
  await expect(row.getByLabel('Name')).toHaveAccessibleDescription(sentence('project-name-taken'))
  await expect(row.getByLabel('Name')).toHaveValue('BRIDGE')
  await expect(row.getByLabel('Name')).toBeFocused()
})

test('what is put aside leaves at once, and what is made stands there at once', async ({ page }) => {
  const { accountName } = await register(page)
  await page.goto(`/private/accounts/${accountName.toLowerCase().replaceAll(' ', '-')}/projects`)
  await page.getByLabel('New project').fill('Bridge')
  const letGo = await holdAnswers(page)
  await page.getByRole('button', { name: 'Create project' }).click()
  await expect(page.getByRole('listitem').filter({ hasText: 'Bridge' })).toBeVisible()
  await expect(lines(page)).toHaveCount(0) // there is nothing to do with it yet
  letGo()
  await expect(lines(page)).toHaveText([/^Bridge/])

  await page.unrouteAll()
  const letGoAgain = await holdAnswers(page)
  await lines(page).click()
  await page.getByRole('button', { name: 'Archive Bridge' }).click()
  await expect(page.getByRole('heading', { name: 'No projects yet' })).toBeVisible()
  letGoAgain()
  await page.getByRole('link', { name: 'Archived' }).click()
  await expect(lines(page)).toHaveText([/^Bridge/])
})

test('what is done is said, also when the line that it was done on has gone', async ({ page }) => {
  const { accountName } = await register(page)
  await page.goto(`/private/accounts/${accountName.toLowerCase().replaceAll(' ', '-')}/projects`)
  await page.getByLabel('New project').fill('Bridge')
  await page.getByRole('button', { name: 'Create project' }).click()
  await lines(page).filter({ hasText: 'Bridge' }).click()
  await page.getByRole('button', { name: 'Archive Bridge' }).click()
  await expect(page.getByText(sentence('project-archived'))).toBeVisible()
  await expect(lines(page)).toHaveCount(0)
})
