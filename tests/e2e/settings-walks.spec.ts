import { sentence } from '../../lib/messages'
import * as labels from '../support/labels'
import { ageProofs } from '../support/proofs'
import { newPerson, PASSWORD, register, switcher, unique } from './people'
import { expect, type Page, test } from './test'

async function createAccount(page: Page, accountName: string) {
  await page.getByLabel(labels.accountName).fill(accountName)
  await page.getByRole('button', { name: labels.createAccount }).click()
}

/** The sections of the account, in the rail. */
const section = (page: Page, name: string) => page.getByRole('list', { name: labels.inThisAccount }).getByRole('link', { name })

test('another account is created, renamed to a name that is free, and switched to in the same section', async ({ page }) => {
  const person = await register(page)
  const first = person.accountName.toLowerCase().replaceAll(' ', '-')
  const accountName = unique('Kingfisher')
  const slug = accountName.toLowerCase().replaceAll(' ', '-')
  await page.goto('/private')
  await page.getByRole('main').getByRole('link', { name: labels.newAccount }).click()
  await createAccount(page, accountName)
  await expect(page).toHaveURL(`/private/accounts/${slug}`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(accountName)
  await expect(page.getByRole('main').getByText('Owner').first()).toBeVisible()
  await expect(page.getByRole('main').getByText('(you)')).toBeVisible()

  await section(page, 'Settings').click()
  await expect(page).toHaveURL(`/private/accounts/${slug}/settings`)
  await page.getByLabel(labels.accountName).fill(person.accountName.toUpperCase())
  await page.getByRole('button', { name: labels.save }).click()
  await expect(page.getByLabel(labels.accountName)).toHaveAccessibleDescription(new RegExp(sentence('account-name-taken')))
  await expect(page.getByLabel(labels.accountName)).toBeFocused()
  const renamed = unique('Sandpiper')
  await page.getByLabel(labels.accountName).fill(renamed)
  await page.getByRole('button', { name: labels.save }).click()
  await expect(page.getByText(sentence('account-renamed')).first()).toBeVisible()
  await expect(switcher(page)).toContainText(renamed)
  await expect(page).toHaveURL(`/private/accounts/${slug}/settings`)

  await switcher(page).click()
  await expect(page.getByRole('link', { name: `${renamed} Owner` })).toHaveAttribute('aria-current', 'true')
  await page.getByRole('link', { name: `${person.accountName} Owner` }).click()
  await expect(page).toHaveURL(`/private/accounts/${first}/settings`)
  await expect(page.getByLabel(labels.accountName)).toHaveValue(person.accountName)
  await page.setViewportSize({ width: 360, height: 780 })
  await page.getByRole('button', { name: labels.menu, exact: true }).click()
  await switcher(page).click()
  await page.getByRole('link', { name: `${renamed} Owner` }).click()
  await expect(page).toHaveURL(`/private/accounts/${slug}/settings`)

  await page.goto('/private/accounts/new')
  await createAccount(page, accountName.toUpperCase()) // the old name is free again, with another slug
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(accountName.toUpperCase())
  await page.goto('/private')
  await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(3)
  await expect(page.getByRole('main').getByRole('link', { name: renamed })).toBeVisible()
})

test('deleting an account requires its name and the password, and it can be restored', async ({ page }) => {
  const person = newPerson()
  await register(page, person)
  const slug = person.accountName.toLowerCase().replaceAll(' ', '-')
  const settings = `/private/accounts/${slug}/settings`
  const [name, proof] = [page.getByLabel(labels.confirmDeletion), page.getByLabel(labels.yourPassword)]
  const send = () => page.getByRole('button', { name: labels.deleteAccount }).click()
  await page.goto(settings)
  await name.fill('another')
  await send()
  await expect(name).toHaveAccessibleDescription(new RegExp(sentence('account-name-differs')))
  await ageProofs(person, '11 minutes')
  await name.fill(person.accountName)
  await send()
  await expect(proof).toBeFocused()
  await proof.fill('not the password')
  await send()
  await expect(proof).toHaveAccessibleDescription(new RegExp(sentence('password-incorrect')))
  await expect(proof).toBeFocused()
  await expect(name).toHaveValue(person.accountName)
  await proof.fill(PASSWORD)
  await send()

  await expect(page).toHaveURL('/private')
  await expect(page.getByRole('main').getByRole('status')).toHaveText(sentence('account-deleted'))
  await expect(page.getByRole('heading', { name: labels.noActiveAccounts })).toBeVisible()
  await expect(switcher(page)).toHaveText(labels.noActiveAccounts)
  expect((await page.request.get(settings)).status()).toBe(404)

  await page.getByRole('button', { name: labels.restoreAccount(person.accountName) }).click()
  await expect(page).toHaveURL(`/private/accounts/${slug}`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(person.accountName)
  await expect(switcher(page)).toContainText(person.accountName)
})
