import { message, sentence } from '../../lib/messages'
import * as labels from '../support/labels'
import { fillRegistration, newPerson, PASSWORD, register } from './people'
import { expect, test } from './test'

test('the browser shows an error before it sends anything, and removes it once corrected', async ({ page }) => {
  await page.goto('/register')
  const sent: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST') sent.push(request.url())
  })
  await page.getByLabel(labels.email).fill('ada')
  await page.getByLabel(labels.password).focus()
  await expect(page.getByText('Enter an email address')).toBeVisible()
  await page.getByLabel(labels.email).fill('ada@example.com')
  await expect(page.getByText('Enter an email address')).toBeHidden()
  await page.getByRole('button', { name: labels.createAccount }).click()
  await expect(page.getByText(sentence('account-name-missing'))).toBeVisible()
  expect(sent).toEqual([])
})

// ASVS 6.2.6
test('the password can be shown and hidden, and is rated from the first character', async ({ page }) => {
  const fetched: string[] = []
  page.on('request', (request) => request.url().includes('/_next/static/') && fetched.push(request.url()))
  await page.goto('/register')
  await page.waitForLoadState('networkidle')
  const before = fetched.length
  const password = page.getByLabel(labels.password)
  await password.fill('p')
  await expect(page.getByText(sentence(message('too-short', { min: 8 })))).toBeVisible()
  expect(fetched.length).toBeGreaterThan(before) // the dictionary loads with the first character, not with the page
  await password.fill(PASSWORD)
  await expect(page.getByText('Very strong')).toBeVisible()
  await page.getByRole('button', { name: labels.showCharacters }).click()
  await expect(password).toHaveAttribute('type', 'text')
  await expect(password).toHaveValue(PASSWORD)
  await page.getByRole('button', { name: labels.showCharacters }).click()
  await expect(password).toHaveAttribute('type', 'password')
})

test('the hint under the password and the server give the same reason', async ({ page }) => {
  await page.goto('/register')
  const { accountName, email } = newPerson()
  await page.getByLabel(labels.accountName).fill(accountName)
  await page.getByLabel(labels.email).fill(email)
  await page.getByLabel(labels.password).fill('atrium2026')
  const reason = sentence('password-personal')
  await expect(page.getByRole('status').filter({ hasText: reason })).toBeVisible()
  await page.getByRole('button', { name: labels.createAccount }).click()
  await expect(page.getByLabel(labels.password)).toHaveAttribute('aria-invalid', 'true')
  await expect(page.getByText(reason)).toBeVisible() // the error replaces the hint
})

test('a double click registers once, and the button shows that it is busy', async ({ page }) => {
  const posts: string[] = []
  let release: () => void = () => undefined
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route('/register', async (route) => {
    if (route.request().method() === 'POST') {
      posts.push(route.request().url())
      await released // until the busy button has been seen
    }
    await route.continue()
  })
  await page.goto('/register')
  const button = page.getByRole('button', { name: labels.createAccount })
  await fillRegistration(page, newPerson())
  await button.dispatchEvent('click')
  await expect(button).toHaveAttribute('aria-busy', 'true')
  release()
  await expect(page).toHaveURL('/private')
  expect(posts).toHaveLength(1)
})

// ASVS 1.2.1, 3.2.2
test('no page runs a name that contains markup, logs an error, or violates its Content-Security-Policy', async ({ page }) => {
  const complaints: string[] = []
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(`${page.url()} ${message.text()}`))
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('dialog', async (dialog) => {
    complaints.push(dialog.message())
    await dialog.dismiss()
  })
  await page.goto('/')
  const person = newPerson()
  const accountName = `<img src=x onerror=alert(1)> ${person.accountName}`
  await register(page, { ...person, accountName })
  for (const path of ['/private/settings', '/private/accounts/new', '/', '/private']) {
    await page.goto(path)
    await page.waitForLoadState('networkidle')
  }
  await page.getByRole('main').getByRole('link', { name: accountName }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(accountName)
  expect(complaints).toEqual([])
})
