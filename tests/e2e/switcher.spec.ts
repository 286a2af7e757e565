import { BRAND } from '../../lib/brand'
import { sentence } from '../../lib/messages'
import type { Resource } from '../../lib/resource'
import { RESOURCES } from '../../lib/resources'
import { asSuperuser } from '../support/database'
import * as labels from '../support/labels'
import { expectNoViolations } from './accessibility'
import { register, switcher } from './people'
import { expect, type Page, test } from './test'

const RESOURCE_TITLES = Object.values<Resource>(RESOURCES).map(({ section }) => section.title)

/** Adds the user with this email to many accounts, as owner, admin, and member in turn. */
async function joinMany(email: string, mark: string, count: number) {
  await asSuperuser(
    `WITH made AS (
       INSERT INTO accounts (id, name, name_key, slug)
       SELECT gen_random_uuid(), 'Many ' || $2 || ' ' || n, 'many ' || $2 || ' ' || n, 'many-' || $2 || '-' || n FROM generate_series(1, $3::int) n RETURNING id, slug
     )
     INSERT INTO memberships (account_id, user_id, role)
     SELECT made.id, users.id, (ARRAY['MEMBER', 'OWNER', 'ADMIN'])[1 + substring(slug FROM '\\d+$')::int % 3]::role FROM made, users WHERE email = $1`,
    [email, mark, count],
  )
}

const rail = (page: Page) => page.getByRole('complementary')

test('focuses the current one of sixty accounts, finds one using only the keyboard, and keeps the section', async ({ page }) => {
  const person = await register(page)
  const mark = person.accountName.slice(-8)
  const slug = person.accountName.toLowerCase().replaceAll(' ', '-')
  await joinMany(person.email, mark, 59)
  await page.goto(`/private/accounts/${slug}/settings`)
  const search = rail(page).getByRole('searchbox', { name: labels.searchAccounts })
  const links = rail(page).getByRole('list', { name: 'Accounts' }).getByRole('link')
  const current = links.filter({ hasText: person.accountName })

  await switcher(page).focus()
  await page.keyboard.press('Enter')
  await expect(current).toBeFocused()
  await expect(current).toHaveAttribute('aria-current', 'true')
  await expect(links).toHaveCount(60)
  await expectNoViolations(page)

  await page.keyboard.press('Escape')
  await expect(search).toBeHidden()
  await expect(switcher(page)).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await expect(current).toBeFocused()
  await page.keyboard.type(`MANY ${mark} 5`) // the first letter moves to the search
  await expect(search).toBeFocused()
  await expect(links).toHaveCount(11) // 5, and 50 to 59
  await expect(rail(page).getByText('11 of 60 accounts')).toBeAttached()
  await page.keyboard.press('ArrowDown')
  await expect(links.first()).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('3')
  await expect(search).toBeFocused()
  await expect(links).toHaveCount(1)
  await expect(links).toHaveAccessibleName(`Many ${mark} 53 Admin`)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(`/private/accounts/many-${mark}-53/settings`)
  await expect(switcher(page)).toContainText(`Many ${mark} 53`)
  await expect(search).toBeHidden()

  await switcher(page).click()
  await expect(links.filter({ hasText: `Many ${mark} 53` })).toBeFocused()
  await page.keyboard.type(`${mark} 54`)
  await expect(links).toHaveAccessibleName(`Many ${mark} 54 Member`)
  await links.click()
  await expect(page).toHaveURL(`/private/accounts/many-${mark}-54`) // members have no settings page
  await expect(rail(page).getByRole('list', { name: labels.inThisAccount }).getByRole('link')).toHaveText([
    'Overview',
    ...RESOURCE_TITLES,
    'Members',
  ])
  expect((await page.request.get(`/private/accounts/many-${mark}-54/settings`)).status()).toBe(404)

  await switcher(page).click()
  await page.keyboard.type('no such account')
  await expect(rail(page).getByText('No matching accounts')).toBeVisible()
  await page.getByRole('main').click({ position: { x: 600, y: 400 } })
  await expect(search).toBeHidden()
})

test('the mark of the current section follows a navigation, and so does the section that the switcher keeps', async ({ page }) => {
  const person = await register(page)
  const mark = person.accountName.slice(-8)
  await joinMany(person.email, mark, 2)
  const slug = person.accountName.toLowerCase().replaceAll(' ', '-')
  await page.goto(`/private/accounts/${slug}`)
  const sections = rail(page).getByRole('list', { name: labels.inThisAccount })
  await expect(sections.locator('[aria-current]')).toHaveText('Overview')
  await sections.getByRole('link', { name: 'Members' }).click()
  await expect(page).toHaveURL(`/private/accounts/${slug}/members`)
  await expect(sections.locator('[aria-current]')).toHaveText('Members')
  await page.goBack()
  await expect(sections.locator('[aria-current]')).toHaveText('Overview')
  await page.goForward()
  await expect(sections.locator('[aria-current]')).toHaveText('Members')
  await switcher(page).click()
  await rail(page)
    .getByRole('link', { name: `Many ${mark} 1` })
    .click()
  await expect(page).toHaveURL(`/private/accounts/many-${mark}-1/members`)
})

test('two tabs work in two accounts, each by its own URL', async ({ page, context }) => {
  const person = await register(page)
  const mark = person.accountName.slice(-8)
  await joinMany(person.email, mark, 2)
  const other = await context.newPage()
  await page.goto(`/private/accounts/many-${mark}-1/settings`)
  await other.goto(`/private/accounts/many-${mark}-2/settings`)
  await page.getByLabel(labels.accountName).fill(`One ${mark}`)
  await page.getByRole('button', { name: labels.save }).click()
  await expect(page.getByText(sentence('account-renamed')).first()).toBeVisible()
  await other.getByLabel(labels.accountName).fill(`Two ${mark}`)
  await other.getByRole('button', { name: labels.save }).click()
  await expect(other.getByText(sentence('account-renamed')).first()).toBeVisible()
  const names = await asSuperuser<{ name: string }>('SELECT name FROM accounts WHERE slug = ANY($1) ORDER BY slug', [
    [`many-${mark}-1`, `many-${mark}-2`],
  ])
  expect(names.map(({ name }) => name)).toEqual([`One ${mark}`, `Two ${mark}`])

  await asSuperuser('UPDATE accounts SET suspended_at = now() WHERE slug = $1', [`many-${mark}-2`])
  await other.reload()
  await expect(other.getByRole('heading', { name: labels.accountSuspended })).toBeVisible()
  await expectNoViolations(other)
  await other.getByRole('link', { name: labels.yourAccounts }).click()
  await expect(other.getByRole('main').getByRole('link', { name: `Two ${mark}` })).toContainText('Suspended')
  await switcher(other).click()
  await expect(rail(other).getByRole('link', { name: `Two ${mark}` })).toHaveAccessibleName(`Two ${mark} Suspended`)
  await expectNoViolations(other)
})

test('opens the palette by keyboard, finds people and pages, and lists the shortcuts', async ({ page }) => {
  const person = await register(page)
  const slug = person.accountName.toLowerCase().replaceAll(' ', '-')
  await page.goto(`/private/accounts/${slug}`)
  const palette = page.getByRole('dialog', { name: labels.commandPalette })
  const input = palette.getByRole('combobox')

  await expect(async () => {
    await page.keyboard.press('Control+k') // once the page's script listens
    await expect(input).toBeFocused({ timeout: 2_000 })
  }).toPass()
  await expectNoViolations(page)
  await page.keyboard.type('audit')
  await expect(palette.getByRole('option')).toHaveText(['Audit log'])
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(`/private/accounts/${slug}/audit`)
  await expect(palette).toBeHidden()

  await rail(page)
    .getByRole('button', { name: /^Search/ })
    .click()
  await page.keyboard.type(person.email)
  await expect(palette.getByRole('option').filter({ hasText: person.email })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/members\//)

  await page.route('**/search?*', (route) => route.fulfill({ status: 500 }))
  await page.keyboard.press('Control+k')
  await page.keyboard.type('nowhere')
  await expect(palette).toContainText(labels.searchFailed)
  await page.keyboard.press('Escape')

  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: labels.keyboardShortcuts })).toBeVisible()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('dark')
  await page.keyboard.press('Enter')
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('sign out')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL('/')
})

test('shows the account in the title, the name in the rail, and the rail beside a page that does not exist', async ({ page }) => {
  const person = await register(page)
  const slug = person.accountName.toLowerCase().replaceAll(' ', '-')
  await page.goto('/private/settings')
  await page.getByLabel(labels.yourName).fill('Ada Heron')
  await page.getByRole('button', { name: labels.save }).click()
  await expect(rail(page).getByRole('button', { name: labels.yourMenu('Ada Heron') })).toBeVisible()
  await page.goto(`/private/accounts/${slug}/settings`)
  await expect(page).toHaveTitle(`Settings · ${person.accountName} · ${BRAND.name}`)
  await page.goto(`/private/accounts/${slug}/members`)
  await expect(page).toHaveTitle(`Members · ${person.accountName} · ${BRAND.name}`)
  await page.getByRole('main').getByRole('link', { name: 'Ada Heron' }).click()
  await expect(page).toHaveTitle(`Ada Heron · ${person.accountName} · ${BRAND.name}`)
  expect((await page.goto(`/private/accounts/${slug}/nonsense`))?.status()).toBe(404)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(labels.pageNotFound)
  await expect(rail(page).getByRole('list', { name: labels.inThisAccount }).getByRole('link').first()).toHaveText('Overview')
  await page.goto(`/private/accounts/no-such-account/nonsense`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(labels.pageNotFound)
  await expect(rail(page).getByText('Select an account')).toBeVisible()
})
