import { message, sentence } from '../../lib/messages'
import * as labels from '../support/labels'
import { register } from './people'
import { expect, type Page, test } from './test'

// The security policy of an account, with JavaScript and without.

async function openPolicy(page: Page) {
  const { accountName } = await register(page)
  const path = `/private/accounts/${accountName.toLowerCase().replaceAll(' ', '-')}`
  await page.goto(`${path}/settings/security`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Security policy')
  return { path, accountName }
}

test('an owner corrects and reviews a change of the policy before saving it', async ({ page }) => {
  const { path } = await openPolicy(page)
  await page.getByLabel(labels.acceptRememberedBrowsers).uncheck()
  await page.getByLabel(labels.allowedNetworks).fill('the office')
  await page.getByRole('button', { name: labels.reviewChanges }).click()
  await expect(page.getByText(sentence(message('ranges-invalid', { items: 'the, office' })))).toBeVisible()
  await expect(page.getByLabel(labels.acceptRememberedBrowsers)).not.toBeChecked()
  await expect(page.getByLabel(labels.acceptAuthenticatorApps)).toBeChecked()
  await expect(page.getByLabel(labels.allowedNetworks)).toHaveValue('the office')

  // a policy that its owner does not meet
  await page.getByLabel(labels.allowedNetworks).fill('')
  await page.getByLabel(labels.requiredFor).selectOption('Everyone')
  await page.getByRole('button', { name: labels.reviewChanges }).click()
  await expect(page.getByText('would be asked for a second factor')).toBeVisible()
  await expect(page.getByText(sentence('policy-needs-your-factor'))).toBeVisible()
  await expect(page.getByRole('button', { name: labels.savePolicy })).toHaveCount(0)

  await page.goto(`${path}/settings/security`)
  await page.getByLabel(labels.askAgainIfUnused).selectOption('After 30 minutes')
  await page.getByRole('button', { name: labels.reviewChanges }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(labels.reviewChanges)
  await expect(page.getByText('Nothing has changed yet.')).toBeVisible()
  await expect(page.getByText('No one would be asked for anything.')).toBeVisible()
  await page.getByRole('button', { name: labels.savePolicy }).click()
  await expect(page.getByText(sentence(message('policy-changed', { count: 1 }))).first()).toBeVisible()
  await page.goto(`${path}/settings/security`)
  await expect(page.getByLabel(labels.askAgainIfUnused)).toHaveValue('30')
})
