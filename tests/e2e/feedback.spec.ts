import { sentence } from '../../lib/messages'
import * as labels from '../support/labels'
import { fillRegistration, newPerson, pressDots, register, untilHydrated } from './people'
import { expect, type Page, test } from './test'

// What a form says after it was sent, with JavaScript: once, in one place, and never beside something newer.

const slugOf = (accountName: string) => accountName.toLowerCase().replaceAll(' ', '-')

const invitationsOf = ({ accountName }: { accountName: string }) => `/private/accounts/${slugOf(accountName)}/members/invitations`

/** Invites someone, and revokes the invitation from its menu. @returns the email */
async function inviteAndRevoke(page: Page, person: { accountName: string }): Promise<string> {
  const { email } = newPerson()
  await page.goto(invitationsOf(person))
  await page.getByLabel(labels.emailAddresses).fill(email)
  await page.getByRole('button', { name: labels.sendInvitations }).click()
  await pressDots(page, email)
  await page.getByRole('button', { name: labels.revokeInvitationTo(email) }).click()
  return email
}

test('announces a success in the form that stays, and clears it with the next submit', async ({ page }) => {
  await register(page)
  await page.goto('/private/settings')
  const name = page.getByLabel(labels.yourName)
  const save = page.getByRole('button', { name: labels.save })
  await name.fill('Ada Lovelace')
  await save.click()
  const saved = page.getByText(sentence('profile-saved'))
  await expect(saved).toBeVisible()
  await expect(saved).toHaveCount(1)
  await name.fill('x'.repeat(81))
  await save.click()
  await expect(name).toHaveAttribute('aria-invalid', 'true')
  await expect(saved).toHaveCount(0)
})

test('loads the code for toasts with the first, shows it in the font of the page, and says why an undo failed', async ({ page }) => {
  const person = await register(page)
  const isToaster = async () => {
    const bodies = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name))
    const scripts = bodies.filter((url) => url.includes('/_next/static/') && url.includes('.js'))
    const texts = await Promise.all(scripts.map((url) => page.request.get(url).then((answer) => answer.text())))
    return texts.some((text) => text.includes('data-sonner-toaster'))
  }
  await page.goto(invitationsOf(person))
  expect(await isToaster()).toBe(false)
  await inviteAndRevoke(page, person)
  const toast = page.locator('[data-sonner-toast]').first()
  await expect(toast).toBeVisible()
  const fontOf = (element: Element) => getComputedStyle(element).fontFamily
  expect(await toast.evaluate(fontOf)).toBe(await page.locator('body').evaluate(fontOf))
  await page.getByRole('heading', { name: labels.noPendingInvitations }).waitFor()
  await page.context().clearCookies() // the session has ended
  await page.route('**/invitations', (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()))
  await page.getByRole('button', { name: labels.undo }).click()
  await expect(
    page.getByRole('region', { name: /^Notifications/ }).getByText('We couldn’t undo this. Reload the page, then try again.'),
  ).toBeVisible()
  await expect(page.getByRole('heading', { name: labels.noPendingInvitations })).toBeVisible()
})

test('Alt-T moves the focus to Undo, which returns it to the page', async ({ page }) => {
  const person = await register(page)
  await page.goto(invitationsOf(person))
  await inviteAndRevoke(page, person)
  const heading = page.getByRole('heading', { name: 'Pending', exact: true })
  await expect(page.getByRole('button', { name: labels.undo })).toBeVisible()
  await expect(heading).toBeFocused()
  await page.keyboard.press('Alt+t')
  await expect(page.getByRole('button', { name: labels.undo })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: labels.undo })).toHaveCount(0)
  await expect(heading).toBeFocused()
})

test('shows a message in the same frame when motion is reduced', async ({ page }) => {
  await page.goto('/login')
  const texts = await page.getByRole('main').evaluate((main) => {
    const message = document.createElement('p')
    message.append(document.createElement('span'))
    message.firstElementChild?.append('Saved')
    const outcome = document.createElement('div')
    outcome.className = 'invisible' // as in a form that is sent again
    outcome.append(message)
    main.append(outcome)
    const before = outcome.innerText
    outcome.className = ''
    return { before, after: outcome.innerText.trim() }
  })
  expect(texts).toEqual({ before: '', after: 'Saved' })
})

test('does not shift the page when a password is rated or a form is refused', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto('/register')
  const tops = () =>
    page
      .locator('form label, form button[type="submit"]')
      .evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect().top + scrollY))
  const before = await tops()
  await page.getByLabel(labels.password).fill('a longer word')
  await expect(page.getByText(/guess|strong/i)).toBeVisible()
  expect(await tops()).toEqual(before)
  await fillRegistration(page, { ...newPerson(), email: 'ada', password: 'short' })
  await expect(page.getByLabel(labels.email)).toHaveAttribute('aria-invalid', 'true')
  await expect(page.getByLabel(labels.password)).toHaveAttribute('aria-invalid', 'true')
  expect(await tops()).toEqual(before)
})

test('shows a theme at once in the image on the home page', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto('/')
  const picture = page.getByRole('img', { name: /^The overview/ })
  const isDark = () => picture.evaluate((image: HTMLImageElement) => image.currentSrc.includes('dark'))
  await untilHydrated(page, 'header form')
  const post = page.waitForRequest((request) => request.method() === 'POST')
  await page.route('**/', (route) => (route.request().method() === 'POST' ? undefined : route.continue())) // never answered
  await page.getByRole('button', { name: /Switch to light/ }).click()
  await post
  expect(await isDark()).toBe(false)
  await page.emulateMedia({ colorScheme: 'dark' })
  expect(await isDark()).toBe(false)
})

test('keeps the page and the theme when a theme cannot be stored', async ({ page, context }) => {
  // Without passkeys in autofill, whose options would be requested now: an answer that is cut halfway shows the error page.
  await page.addInitScript(() => Reflect.deleteProperty(window.PublicKeyCredential, 'isConditionalMediationAvailable'))
  await page.goto('/login')
  await untilHydrated(page)
  await page.getByLabel(labels.email).fill('ada@example.com')
  await context.setOffline(true)
  const failed = page.waitForEvent('requestfailed', (request) => request.method() === 'POST')
  await page.getByRole('button', { name: /Switch to light/ }).click()
  await failed
  await expect(page.locator('html')).not.toHaveAttribute('data-theme')
  await expect(page.getByRole('button', { name: /Switch to light/ })).toBeVisible()
  await expect(page.getByLabel(labels.email)).toHaveValue('ada@example.com')
})

test('turns single-key shortcuts off', async ({ page }) => {
  await register(page)
  await page.goto('/private')
  const dialog = page.getByRole('dialog', { name: labels.keyboardShortcuts })
  await page
    .getByRole('button', { name: /^Your menu/ })
    .first()
    .click()
  await page.getByRole('button', { name: labels.keyboardShortcuts }).click()
  await dialog.getByRole('checkbox', { name: /single-key/ }).uncheck()
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  await page.reload()
  await page.getByRole('heading', { level: 1 }).click()
  await page.keyboard.press('?')
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('dialog')).toHaveAccessibleName(labels.commandPalette)
  await page.keyboard.press('Escape')
  await page
    .getByRole('button', { name: /^Your menu/ })
    .first()
    .click()
  await page.getByRole('button', { name: labels.keyboardShortcuts }).click()
  await dialog.getByRole('checkbox', { name: /single-key/ }).check()
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  await page.keyboard.press('?')
  await expect(dialog).toBeVisible()
})
