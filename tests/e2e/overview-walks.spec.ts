import { sentence } from '../../lib/messages'
import { asSuperuser } from '../support/database'
import * as labels from '../support/labels'
import { newPerson, pressDots, register } from './people'
import { expect, test } from './test'

// The overview of an account and the list of its members. Run twice: with JavaScript and without.

const slugOf = ({ accountName }: { accountName: string }) => accountName.toLowerCase().replaceAll(' ', '-')

test('a new account shows what to do next, until the checklist is hidden', async ({ page }) => {
  const owner = await register(page)
  await page.goto(`/private/accounts/${slugOf(owner)}`)
  const setup = page.getByRole('region', { name: labels.getStarted })
  await expect(setup.getByText('1 of 4 done')).toBeVisible()
  await expect(setup.getByRole('listitem').filter({ hasText: 'Confirm your email' })).toContainText('(done)')
  await setup.getByRole('link', { name: 'Add your name' }).click()
  await page.getByLabel(labels.yourName).fill('Olga Orlova')
  await page.getByRole('button', { name: labels.save }).click()
  await expect(page.getByText(sentence('profile-saved')).first()).toBeVisible()
  await expect(page.getByLabel(labels.yourName)).toHaveValue('Olga Orlova')
  await page.goto(`/private/accounts/${slugOf(owner)}`)
  await expect(page.getByRole('region', { name: 'People' })).toContainText('Olga Orlova')
  await expect(setup.getByText('2 of 4 done')).toBeVisible()
  await setup.getByRole('button', { name: labels.hideChecklist }).click()
  await expect(setup).toHaveCount(0)
  await expect(page.getByText(sentence('setup-dismissed')).first()).toBeVisible()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(owner.accountName)
})

test('members are found by name or email, and the menu leads to what can be done', async ({ page, javaScriptEnabled }) => {
  const owner = await register(page)
  const slug = slugOf(owner)
  await asSuperuser(
    `WITH made AS (INSERT INTO users (id, email, name, email_verified_at) SELECT gen_random_uuid(), $1 || n || '@example.com', 'Colleague ' || n, now()
                     FROM generate_series(1, 3) n RETURNING id)
     INSERT INTO memberships (account_id, user_id, role) SELECT accounts.id, made.id, 'MEMBER' FROM accounts, made WHERE slug = $2`,
    [`${slug}-`, slug],
  )
  await page.goto(`/private/accounts/${slug}/members`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Members')
  const rows = page.getByRole('main').locator('tbody tr')
  await expect(rows).toHaveCount(4)
  const search = page.getByRole('searchbox', { name: labels.searchMembers })
  await search.fill('league 2')
  if (!javaScriptEnabled) await search.press('Enter')
  await expect(rows).toHaveCount(1)
  await expect(page).toHaveURL(/search=league\+2/)
  await pressDots(page, 'Colleague 2')
  if (javaScriptEnabled) await page.getByRole('link', { name: labels.removeFromAccount }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Colleague 2')
  await page.getByRole('button', { name: labels.removeFromAccount }).click()
  await expect(page).toHaveURL(/members(#remove)?$/) // a browser keeps the fragment when it follows a redirect
  await expect(rows).toHaveCount(3)
})

test('an invitation shows in the overview, is revoked from its menu, and undo brings it back', async ({ page, javaScriptEnabled }) => {
  const owner = await register(page)
  const account = `/private/accounts/${slugOf(owner)}`
  await page.goto(`${account}/members/invitations`)
  const [first, second] = [newPerson().email, newPerson().email]
  await page.getByLabel(labels.emailAddresses).fill(`${first}, ${second}`)
  await page.getByRole('button', { name: labels.sendInvitations }).click()
  const pending = page.getByRole('region', { name: 'Pending' })
  await expect(pending.getByRole('listitem')).toHaveCount(2)
  const email = (await pending.getByRole('listitem').first().innerText()).includes(first) ? first : second
  const other = email === first ? second : first

  await page.goto(account)
  const activity = page.getByRole('region', { name: 'Activity' })
  await expect(activity.getByRole('listitem').first()).toContainText(
    new RegExp(`${owner.email} invited (${first}|${second}) to join as a member`),
  )
  await expect(activity.getByRole('listitem').last()).toContainText('registered with the account')
  await expect(page.getByRole('region', { name: 'People' })).toContainText('(you)')
  await expect(page.getByRole('region', { name: labels.pendingInvitations })).toContainText(email)
  await expect(page.getByRole('img', { name: 'Activity in the last 30 days: 3 events, at most 3 in a day' })).toBeVisible()

  await page.goto(`${account}/members/invitations`)
  await page.getByRole('button', { name: labels.actionsFor(email) }).click()
  await page.getByRole('button', { name: labels.revokeInvitationTo(email) }).click()
  await expect(page.getByText(sentence('invitation-revoked')).first()).toBeVisible()
  await expect(pending.getByRole('listitem')).toHaveCount(1)
  if (!javaScriptEnabled) return // there is no toast, and the browser loads the page again
  await expect(page.getByRole('button', { name: labels.actionsFor(other) })).toBeFocused()
  await expect(page.getByText(sentence('invitation-revoked'))).toHaveCount(1)
  const toasts = page.getByRole('region', { name: /^Notifications/ })
  await expect(toasts.getByText(sentence('invitation-revoked'))).toBeVisible()
  await toasts.getByRole('button', { name: labels.undo }).click()
  await expect(toasts.getByText(sentence('invitation-restored'))).toBeVisible()
  await expect(pending.getByRole('listitem')).toHaveCount(2)
})
