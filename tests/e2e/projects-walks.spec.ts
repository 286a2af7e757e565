import { sentence } from '../../lib/messages'
import * as projectLabels from '../../lib/projects/labels'
import { asSuperuser } from '../support/database'
import * as labels from '../support/labels'
import { ageProofs } from '../support/proofs'
import { PASSWORD, pressDots, register } from './people'
import { expect, type Page, test } from './test'

// Projects, with JavaScript and without: the same result in the same place.

const hasScripts = () => test.info().project.use.javaScriptEnabled ?? true

async function withAccount(page: Page) {
  const { accountName, email } = await register(page)
  const path = `/private/accounts/${accountName.toLowerCase().replaceAll(' ', '-')}/projects`
  return { path, email }
}

/** Inserts projects, the last one the newest. @returns their ids */
async function addProjects(path: string, names: string[]): Promise<string[]> {
  const made = await asSuperuser<{ id: string }>(
    `INSERT INTO projects (account_id, id, name, name_key, created_by, created_at, updated_at)
     SELECT accounts.id, gen_random_uuid(), n.name, lower(n.name), user_id, now() + place * interval '1 millisecond', now() + place * interval '1 millisecond'
       FROM accounts JOIN memberships ON account_id = accounts.id, unnest($2::text[]) WITH ORDINALITY AS n(name, place) WHERE slug = $1
     RETURNING id`,
    [path.split('/')[3], names],
  )
  return made.map(({ id }) => id)
}

const rows = (page: Page) => page.locator('tbody tr')
const rowOf = (page: Page, name: string) => rows(page).filter({ hasText: name })

/** Chooses an entry of the menu of a project or an update. */
async function choose(page: Page, about: string, entry: string) {
  if (!hasScripts() && (await page.getByRole('button', { name: `${entry} ${about}` }).isVisible())) {
    return page.getByRole('button', { name: `${entry} ${about}` }).click() // in the row, instead of the menu
  }
  const isInList = /\/projects(\?|$)/.test(page.url())
  await pressDots(page, about)
  if (isInList && !hasScripts()) await pressDots(page, about) // on the project's page
  const menu = page.locator('[popover]:popover-open')
  await menu.getByText(entry, { exact: true }).click()
}

/** Expects a message once: in a toast, or in the page that the server returned. */
async function expectMessage(page: Page, code: Parameters<typeof sentence>[0]) {
  const shown = page.getByText(sentence(code), { exact: true }).filter({ visible: true })
  await expect(shown.first()).toBeVisible()
  if (hasScripts()) return
  await expect(shown).toHaveCount(1)
  await page.reload()
  await expect(shown).toHaveCount(0)
}

test('a project is created with a name that is free, edited, archived, restored, and deleted', async ({ page }) => {
  const { path, email } = await withAccount(page)
  await page.goto(path)
  await expect(page.getByRole('heading', { name: projectLabels.noProjectsYet })).toBeVisible()
  await page.getByRole('link', { name: projectLabels.newProject }).click()
  await page.getByLabel(labels.name, { exact: true }).fill('Bridge')
  await page.getByRole('button', { name: projectLabels.createProject }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Bridge')
  await expectMessage(page, 'project-created')
  await expect(page).toHaveTitle(/^Bridge/)
  await expect(page.getByText('Planned', { exact: true })).toBeVisible()
  const project = page.url()

  await page.goto(`${path}/new`)
  const field = page.getByLabel(labels.name, { exact: true })
  await page.getByLabel(projectLabels.description).fill('Kept')
  for (const [name, message] of [
    [' BRIDGE ', sentence('project-name-taken')],
    ['', sentence('project-name-missing')],
  ] as const) {
    await field.fill(name)
    await page.getByRole('button', { name: projectLabels.createProject }).click()
    await expect(field).toHaveAccessibleDescription(message)
    await expect(field).toBeFocused()
    await expect(field).toHaveValue(name)
    await expect(page.getByLabel(projectLabels.description)).toHaveValue('Kept')
  }

  await page.goto(project)
  await page.getByRole('main').getByRole('link', { name: projectLabels.edit }).first().click()
  await page.getByLabel(labels.name, { exact: true }).fill('Tower')
  await page.getByLabel(projectLabels.description).fill('One line\nanother line')
  await page.getByLabel(projectLabels.status).selectOption('Active')
  await page.getByLabel(projectLabels.lead).selectOption(email)
  await page.getByRole('button', { name: labels.save }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Tower')
  await expectMessage(page, 'project-saved')
  await expect(page.getByText('One line another line')).toBeVisible()
  await expect(page.getByRole('listitem').filter({ hasText: 'changed the status of “Tower” from planned to active' })).toBeVisible()

  await page.goto(path)
  await expect(rowOf(page, 'Tower')).toContainText('Active')
  await expect(rowOf(page, 'Tower')).toContainText(email)
  await choose(page, 'Tower', 'Archive')
  await expect(page.getByRole('heading', { name: projectLabels.noProjectsYet })).toBeVisible()
  await expectMessage(page, 'project-archived')
  await page.getByRole('link', { name: 'Archived' }).click()
  await expect(page).toHaveURL(/projects\?status=archived$/)
  await choose(page, 'Tower', 'Restore')
  await expect(page.getByRole('heading', { name: projectLabels.noArchivedProjects })).toBeVisible()
  await expectMessage(page, 'project-restored')

  await page.goto(path)
  await choose(page, 'Tower', 'Delete…')
  await expect(page.getByRole('button', { name: projectLabels.deleteProject('Tower') })).toBeHidden()
  await page.getByText('Delete', { exact: true }).click()
  await expect(page.getByText('This deletes “Tower” and its updates for everyone in the account and can’t be undone.')).toBeVisible()
  await page.getByRole('button', { name: projectLabels.deleteProject('Tower') }).click()
  await expect(page.getByRole('heading', { name: projectLabels.noProjectsYet })).toBeVisible()
  await expectMessage(page, 'project-deleted')
})

test('an update is posted, edited by its author only, and deleted in its place', async ({ page }) => {
  const { path, email } = await withAccount(page)
  const [id] = await addProjects(path, ['Bridge'])
  const project = `${process.env.BASE_URL}${path}/${id}`
  await page.goto(project)
  await page.getByRole('button', { name: projectLabels.postUpdate }).click()
  await expect(page.getByLabel(projectLabels.writeUpdate)).toHaveAccessibleDescription(sentence('project-update-missing'))
  await page.getByLabel(projectLabels.writeUpdate).fill('First line\nsecond line <b>')
  await page.getByRole('button', { name: projectLabels.postUpdate }).click()
  await expectMessage(page, 'project-update-posted')
  await expect(page.getByLabel(projectLabels.writeUpdate)).toHaveValue('')
  await expect(page.getByText('First line second line <b>')).toBeVisible()

  const menu = `the update by ${email}`
  await choose(page, menu, 'Edit')
  await expect(page).toHaveURL(/\?edit=/)
  await page.getByRole('link', { name: projectLabels.cancel }).click()
  await expect(page).toHaveURL(project)
  await choose(page, menu, 'Edit')
  await page.getByLabel(projectLabels.editUpdate).fill('Only line')
  await page.getByRole('button', { name: labels.save }).click()
  await expectMessage(page, 'project-update-saved')
  await expect(page).toHaveURL((url) => url.origin + url.pathname + url.search === project) // without JavaScript, the fragment stays
  await expect(page.getByText('Only line')).toBeVisible()
  await expect(page.getByText('· edited')).toBeVisible()

  await choose(page, menu, 'Delete…')
  await expect(page.getByText('This deletes the update for everyone in the account and can’t be undone.')).toBeVisible()
  await page.getByRole('button', { name: projectLabels.deleteUpdate }).click()
  await expectMessage(page, 'project-update-deleted')
  await expect(page.getByText('No updates yet.')).toBeVisible()

  // the update of another member: an owner can delete it, and not edit it
  const [author] = await asSuperuser<{ id: string }>(
    `WITH author AS (INSERT INTO users (id, email, name, email_verified_at)
       SELECT gen_random_uuid(), gen_random_uuid() || '@example.com', 'Mina Marsh', now() RETURNING id)
     INSERT INTO project_updates (account_id, id, project_id, body, created_by)
     SELECT account_id, gen_random_uuid(), projects.id, 'News from Mina', author.id FROM projects, author WHERE projects.id = $1 RETURNING id`,
    [id],
  )
  await page.goto(`${project}?edit=${author?.id}`)
  await expect(page.getByLabel(projectLabels.editUpdate)).toHaveCount(0)
  await page.getByRole('button', { name: labels.actionsFor('the update by Former member') }).click()
  await expect(page.locator('[popover]:popover-open')).toHaveText('Delete…')
})

test('the search, the filter, and the order are in the URL, and stay there after a change', async ({ page }) => {
  const { path } = await withAccount(page)
  await addProjects(path, ['North bridge', 'South bridge', 'Tower 100 %'])
  await page.goto(path)
  await expect(page.getByRole('heading', { level: 1 }).locator('..')).toContainText('3')
  await expect(rows(page)).toHaveText([/^Tower/, /^South bridge/, /^North bridge/])

  await page.getByRole('columnheader', { name: labels.name }).getByRole('link').click()
  await expect(page).toHaveURL(/sort=name/)
  await expect(page.getByRole('columnheader', { name: labels.name })).toHaveAttribute('aria-sort', 'ascending')
  await page.getByRole('searchbox', { name: projectLabels.searchProjects }).fill('BRIDGE')
  await page.getByRole('searchbox').press('Enter')
  await expect(page).toHaveURL(/projects\?sort=name&search=BRIDGE$/)
  await expect(rows(page)).toHaveText([/^North bridge/, /^South bridge/])

  await choose(page, 'South bridge', 'Archive')
  await expect(rows(page)).toHaveText([/^North bridge/])
  await expect(page).toHaveURL(/projects\?sort=name&search=BRIDGE$/)
  await expect(page.getByRole('searchbox')).toHaveValue('BRIDGE')

  await page.getByRole('searchbox').fill('no project has this')
  await page.getByRole('searchbox').press('Enter')
  await expect(page.getByText('No project name contains “no project has this”.')).toBeVisible()
  await page.getByRole('link', { name: labels.clear }).click()
  await expect(page).toHaveURL(/projects\?sort=name$/)
  await page.getByRole('link', { name: 'Paused' }).click()
  await expect(page.getByRole('heading', { name: 'No paused projects' })).toBeVisible()
})

test('with JavaScript, archiving offers Undo, the focus goes to the next row, and a policy asks for the password', async ({
  page,
  context,
}) => {
  test.skip(!hasScripts(), 'without JavaScript, the page loads again')
  const { path, email } = await withAccount(page)
  await addProjects(path, ['Arch', 'Bridge', 'Column'])
  await page.goto(`${path}?sort=name`)
  await choose(page, 'Bridge', 'Archive')
  await expect(rows(page)).toHaveText([/^Arch/, /^Column/])
  await expect(page.getByRole('link', { name: 'Column' })).toBeFocused()
  await page.getByRole('button', { name: labels.undo }).click()
  await expect(rows(page)).toHaveText([/^Arch/, /^Bridge/, /^Column/])
  await expectMessage(page, 'project-restored')
  for (const name of ['Column', 'Bridge', 'Arch']) {
    await choose(page, name, 'Archive')
    await expect(rowOf(page, name)).toHaveCount(0)
  }
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused()

  await page.goto(`${path}?status=archived`)
  await asSuperuser('INSERT INTO account_policies (account_id, absolute_hours) SELECT id, 1 FROM accounts WHERE slug = $1', [
    path.split('/')[3],
  ])
  await ageProofs({ email }, '2 hours')
  await choose(page, 'Arch', 'Restore')
  const opened = context.waitForEvent('page')
  await page.getByRole('link', { name: labels.verifyInNewTab }).click() // a list has no field for the password
  const tab = await opened
  await tab.locator('input[name="password"]').fill(PASSWORD)
  await tab.getByRole('button', { name: labels.continueButton }).click()
  await expect(tab).toHaveURL(/\/projects/)
  await choose(page, 'Arch', 'Restore')
  await expectMessage(page, 'project-restored')
})
