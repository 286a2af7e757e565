import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import { sentence } from '../../lib/messages'
import { asSuperuser } from '../support/database'
import { register } from './people'

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

test('finds one of sixty accounts by typing, with the keyboard alone, and keeps the section', async ({ page }) => {
  const person = await register(page)
  const mark = person.accountName.slice(-8)
  const slug = person.accountName.toLowerCase().replaceAll(' ', '-')
  await joinMany(person.email, mark, 59)
  await page.goto(`/private/accounts/${slug}/settings`)
  const summary = rail(page).locator('summary')
  const filter = rail(page).getByRole('searchbox', { name: 'Filter accounts' })
  const links = rail(page).getByRole('list', { name: 'Accounts' }).getByRole('link')

  await summary.focus()
  await page.keyboard.press('Enter')
  await expect(filter).toBeFocused()
  await expect(links).toHaveCount(60)
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])

  await page.keyboard.press('Escape')
  await expect(filter).toBeHidden()
  await expect(summary).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await expect(filter).toBeFocused()
  await page.keyboard.type(`MANY ${mark} 5`)
  await expect(links).toHaveCount(11) // 5, and 50 to 59
  await expect(rail(page).getByText('11 of 60 accounts')).toBeAttached()
  await page.keyboard.press('ArrowDown')
  await expect(links.first()).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('3') // typing continues in the filter
  await expect(filter).toBeFocused()
  await expect(links).toHaveCount(1)
  await expect(links).toHaveAccessibleName(`Many ${mark} 53 Admin`)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(`/private/accounts/many-${mark}-53/settings`)
  await expect(summary).toContainText(`Many ${mark} 53`)

  await summary.click()
  await page.keyboard.type(`${mark} 54`)
  await expect(links).toHaveAccessibleName(`Many ${mark} 54 Member`)
  await links.click()
  await expect(page).toHaveURL(`/private/accounts/many-${mark}-54`) // members have no settings page
  await expect(rail(page).getByRole('list', { name: 'In this account' }).getByRole('link')).toHaveText(['Overview', 'Projects', 'Members'])
  expect((await page.request.get(`/private/accounts/many-${mark}-54/settings`)).status()).toBe(404)

  await summary.click()
  await page.keyboard.type('no such account')
  await expect(rail(page).getByText('No matching accounts')).toBeVisible()
  await page.getByRole('main').click()
  await expect(filter).toBeHidden()
})

test('two tabs work in two accounts, each by its own URL', async ({ page, context }) => {
  const person = await register(page)
  const mark = person.accountName.slice(-8)
  await joinMany(person.email, mark, 2)
  const other = await context.newPage()
  await page.goto(`/private/accounts/many-${mark}-1/settings`)
  await other.goto(`/private/accounts/many-${mark}-2/settings`)
  await page.getByLabel('Account name').fill(`One ${mark}`)
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText(sentence('account-renamed')).first()).toBeVisible()
  await other.getByLabel('Account name').fill(`Two ${mark}`)
  await other.getByRole('button', { name: 'Save' }).click()
  await expect(other.getByText(sentence('account-renamed')).first()).toBeVisible()
  const names = await asSuperuser<{ name: string }>('SELECT name FROM accounts WHERE slug = ANY($1) ORDER BY slug', [
    [`many-${mark}-1`, `many-${mark}-2`],
  ])
  expect(names.map(({ name }) => name)).toEqual([`One ${mark}`, `Two ${mark}`])
})
