import { EventEmitter, once } from 'node:events'
import { expect, type Page, test } from '@playwright/test'
import { sentence } from '../../lib/messages'
import { register } from './people'

// Optimistic updates of the project list with JavaScript: a change shows before the server responds.

const lines = (page: Page) => page.locator('[data-row] > summary:visible')

/** Holds back requests to the server. @returns a function that releases them */
async function holdAnswers(page: Page): Promise<() => void> {
  const gate = new EventEmitter()
  const opened = once(gate, 'open')
  await page.route('**/projects', async (route) => {
    if (route.request().method() === 'POST') await opened
    await route.continue()
  })
  return () => void gate.emit('open')
}

test('a new name shows at once, and the old name returns with the reason if the server rejects it', async ({ page }) => {
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

test('a created project appears at once, and an archived one disappears at once', async ({ page }) => {
  const { accountName } = await register(page)
  await page.goto(`/private/accounts/${accountName.toLowerCase().replaceAll(' ', '-')}/projects`)
  await page.getByLabel('New project').fill('Bridge')
  const letGo = await holdAnswers(page)
  await page.getByRole('button', { name: 'Create project' }).click()
  await expect(page.getByRole('listitem').filter({ hasText: 'Bridge' })).toBeVisible()
  await expect(lines(page)).toHaveCount(0) // it has no actions yet
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

test('the success message stays after the row is gone', async ({ page }) => {
  const { accountName } = await register(page)
  await page.goto(`/private/accounts/${accountName.toLowerCase().replaceAll(' ', '-')}/projects`)
  await page.getByLabel('New project').fill('Bridge')
  await page.getByRole('button', { name: 'Create project' }).click()
  await lines(page).filter({ hasText: 'Bridge' }).click()
  await page.getByRole('button', { name: 'Archive Bridge' }).click()
  await expect(page.getByText(sentence('project-archived'))).toBeVisible()
  await expect(lines(page)).toHaveCount(0)
})
