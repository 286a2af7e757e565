import { BRAND } from '../../lib/brand'
import { asSuperuser } from '../support/database'
import * as labels from '../support/labels'
import { fillSignIn, register, signOut } from './people'
import { expect, test } from './test'

// ASVS 14.3.1
test('signing out in one tab signs out the other tabs, and signing in updates them', async ({ page, context }) => {
  const person = await register(page)
  await page.goto('/private')
  const [settings, home] = [await context.newPage(), await context.newPage()]
  await settings.goto('/private/settings')
  await home.goto('/')
  await expect(home.getByRole('button', { name: labels.signOut })).toBeVisible()
  await signOut(page)
  await expect(settings).toHaveURL('/login?callbackUrl=%2Fprivate%2Fsettings')
  await expect(home.getByRole('link', { name: labels.signIn })).toBeVisible()
  await settings.close()
  await page.goto('/login')
  await fillSignIn(page, person)
  await expect(page).toHaveURL('/private')
  await expect(home.getByRole('link', { name: person.email })).toBeVisible()
})

test('a session that was ended elsewhere leads to sign-in at the next click or form, which saves nothing', async ({ page }) => {
  const person = await register(page)
  const end = () => asSuperuser('DELETE FROM sessions WHERE user_id = (SELECT id FROM users WHERE email = $1)', [person.email])
  await page.goto('/private')
  await end()
  await page
    .getByRole('complementary')
    .getByRole('button', { name: /^Your menu/ })
    .click()
  await page.getByRole('link', { name: labels.yourSettings }).click()
  await expect(page).toHaveURL('/login?callbackUrl=%2Fprivate%2Fsettings')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(labels.signIn)
  await fillSignIn(page, person)
  await expect(page).toHaveURL('/private/settings')

  await page.getByLabel(labels.yourName).fill('Too late')
  await end()
  await page.getByRole('button', { name: labels.save }).click()
  await expect(page).toHaveURL(/\/login\?callbackUrl=%2Fprivate%2Fsettings/)
  await page.goto('/')
  await expect(page.getByRole('link', { name: labels.signIn })).toBeVisible()
  await page.goto('/login?callbackUrl=%2Fprivate%2Fsettings')
  await fillSignIn(page, person)
  await expect(page).toHaveURL('/private/settings')
  await expect(page.getByLabel(labels.yourName)).toHaveValue('')
})

test('the navigation never shows the wrong state while signing in and out', async ({ page }) => {
  const wrong: string[] = []
  await page.exposeFunction('noteWrong', (what: string) => wrong.push(what))
  await page.addInitScript(() => {
    new MutationObserver(() => {
      const text = document.body?.textContent ?? ''
      const isPrivate = location.pathname.startsWith('/private')
      if (isPrivate && document.querySelector('a[href="/login"]') && !text.includes(labels.signOut))
        (window as unknown as { noteWrong: (what: string) => void }).noteWrong(location.pathname)
    }).observe(document, { childList: true, subtree: true })
  })
  await register(page)
  await page.goto('/private')
  await page.getByRole('link', { name: BRAND.name }).first().click()
  await expect(page.getByRole('button', { name: labels.signOut })).toBeVisible()
  await expect(page.getByRole('link', { name: labels.signIn })).toHaveCount(0)
  await signOut(page)
  await expect(page.getByRole('link', { name: labels.signIn })).toBeVisible()
  await expect(page.getByRole('button', { name: labels.signOut })).toHaveCount(0)
  expect(wrong).toEqual([])
})
