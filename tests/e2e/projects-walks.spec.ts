import { expect, type Page, test } from '@playwright/test'
import { sentence } from '../../lib/messages'
import { register } from './people'

// The project list can be searched, sorted, and changed, with the same results with and without JavaScript.

async function openProjects(page: Page) {
  const { accountName } = await register(page)
  await page.goto(`/private/accounts/${accountName.toLowerCase().replaceAll(' ', '-')}/projects`)
}

async function create(page: Page, name: string) {
  await page.getByLabel('New project').fill(name)
  await page.getByRole('button', { name: 'Create project' }).click()
  await expect(lineOf(page, name)).toBeVisible()
  await expect(page.getByLabel('New project')).toHaveValue('')
}

/** The part of a project's row that opens it. */
const lineOf = (page: Page, name: string) => page.locator('[data-row] > summary').filter({ hasText: name })
const rowOf = (page: Page, name: string) => page.getByRole('listitem').filter({ has: lineOf(page, name) })

/** Opens a row if it is closed. With JavaScript, a row stays open after an action; otherwise the next page shows it closed. */
async function open(page: Page, name: string) {
  const row = rowOf(page, name)
  await expect(async () => {
    if (!(await row.getByLabel('Name').isVisible())) await lineOf(page, name).click({ timeout: 1_000 })
    await expect(row.getByLabel('Name')).toBeVisible({ timeout: 1_000 })
  }).toPass()
  return row
}

/** Expects a success message. Without JavaScript, it must show only once, so the page without it must follow. */
async function expectSaid(page: Page, sentence: string) {
  const said = page.getByText(sentence).filter({ visible: true })
  await expect(said.first()).toBeVisible()
  if (test.info().project.use.javaScriptEnabled ?? true) return
  await expect(said).toHaveCount(1)
  await page.goto(page.url())
  await expect(said).toHaveCount(0)
}

test('a project is created, renamed, archived, restored, and deleted', async ({ page }) => {
  await openProjects(page)
  await expect(page.getByRole('heading', { name: 'No projects yet' })).toBeVisible()
  await create(page, 'Bridge')

  const bridge = await open(page, 'Bridge')
  await bridge.getByLabel('Name').fill('Tower')
  await bridge.getByRole('button', { name: 'Rename', exact: true }).click()
  await expect(lineOf(page, 'Tower')).toBeVisible()
  await expect(lineOf(page, 'Bridge')).toHaveCount(0)
  await expectSaid(page, sentence('project-renamed'))

  await (await open(page, 'Tower')).getByRole('button', { name: 'Archive Tower' }).click()
  await expect(page.getByRole('heading', { name: 'No projects yet' })).toBeVisible()
  await expectSaid(page, sentence('project-archived'))
  await page.getByRole('link', { name: 'Archived' }).click()
  await expect(page).toHaveURL(/projects\?archived=yes$/)
  await (await open(page, 'Tower')).getByRole('button', { name: 'Restore Tower' }).click()
  await expect(page.getByRole('heading', { name: 'No archived projects' })).toBeVisible()
  await expectSaid(page, sentence('project-restored'))
  await page.getByRole('link', { name: 'Active' }).click()

  const tower = await open(page, 'Tower')
  await expect(tower.getByRole('button', { name: 'Delete project Tower' })).toBeHidden()
  await tower.getByText('Delete', { exact: true }).click()
  await expect(tower.getByText('This deletes “Tower” for everyone in the account and can’t be undone.')).toBeVisible()
  await tower.getByRole('button', { name: 'Delete project Tower' }).click()
  await expect(page.getByRole('heading', { name: 'No projects yet' })).toBeVisible()
  await expectSaid(page, sentence('project-deleted'))
  await page.getByRole('link', { name: 'Archived' }).click()
  await expect(page.getByRole('heading', { name: 'No archived projects' })).toBeVisible()
})

test('a taken or missing name shows its error at the field, and the old name stays', async ({ page }) => {
  await openProjects(page)
  await create(page, 'Bridge')
  await create(page, 'Tower')

  for (const [name, message] of [
    [' BRIDGE ', sentence('project-name-taken')],
    ['', sentence('project-name-missing')],
  ] as const) {
    await page.getByLabel('New project').fill(name)
    await page.getByRole('button', { name: 'Create project' }).click()
    await expect(page.getByLabel('New project')).toHaveAccessibleDescription(message)
    await expect(page.getByLabel('New project')).toBeFocused()
    await expect(page.getByLabel('New project')).toHaveValue(name)
  }

  const tower = await open(page, 'Tower')
  await tower.getByLabel('Name').fill('bridge')
  await tower.getByRole('button', { name: 'Rename', exact: true }).click()
  await expect(tower.getByLabel('Name')).toHaveAccessibleDescription(sentence('project-name-taken'))
  await expect(tower.getByLabel('Name')).toHaveValue('bridge')
  await expect(page.locator('[data-row] > summary:visible')).toHaveText([/^Bridge/, /^Tower/])
})

test('search and sort order are in the URL, and stay there after an action', async ({ page }) => {
  await openProjects(page)
  for (const name of ['North bridge', 'South bridge', 'Tower 100 %']) await create(page, name)

  await page.getByRole('link', { name: 'Newest' }).click()
  await expect(page).toHaveURL(/sort=newest/)
  await page.getByRole('searchbox', { name: 'Search projects' }).fill('BRIDGE')
  await page.getByRole('searchbox').press('Enter')
  await expect(page).toHaveURL(/projects\?sort=newest&search=BRIDGE$/)
  await expect(page.locator('[data-row] > summary:visible')).toHaveText([/^South bridge/, /^North bridge/])

  await (await open(page, 'South bridge')).getByRole('button', { name: 'Archive South bridge' }).click()
  await expect(page.locator('[data-row] > summary:visible')).toHaveText([/^North bridge/])
  await expect(page).toHaveURL(/projects\?sort=newest&search=BRIDGE$/)
  await expect(page.getByRole('searchbox')).toHaveValue('BRIDGE')

  await page.getByRole('searchbox').fill('%')
  await page.getByRole('searchbox').press('Enter')
  await expect(page.locator('[data-row] > summary:visible')).toHaveText([/^Tower 100 %/])
  await page.getByRole('searchbox').fill('no such name')
  await page.getByRole('searchbox').press('Enter')
  await expect(page.getByText('No project name contains “no such name”.')).toBeVisible()
  await page.getByRole('link', { name: 'Clear' }).click()
  await expect(page).toHaveURL(/projects\?sort=newest$/)
  await expect(page.locator('[data-row] > summary:visible')).toHaveText([/^Tower/, /^North bridge/])
})
