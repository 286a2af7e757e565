import { sentence } from '../../lib/messages'
import * as labels from '../support/labels'
import { expectNoViolations } from './accessibility'
import { fillRegistration, fillSignIn, newPerson, register, unknownEmail } from './people'
import { expect, type Page, test } from './test'

const WIDTHS = { phone: { width: 360, height: 780 }, desktop: { width: 1280, height: 800 } }

/** Fails if the page is wider than the window. */
async function expectNoSidewaysScroll(page: Page) {
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect(excess).toBe(0)
}

/** Fails if the page has a violation or is wider than the window, on a phone or a desktop. */
async function expectAccessible(page: Page) {
  for (const viewport of Object.values(WIDTHS)) {
    await page.setViewportSize(viewport)
    await expectNoSidewaysScroll(page)
    await expectNoViolations(page)
  }
}

test('public pages are accessible and fit the window', async ({ page }) => {
  for (const path of ['/', '/login', '/register', '/nowhere']) {
    await page.goto(path)
    await expectAccessible(page)
  }
})

test('forms are accessible when they show errors', async ({ page }) => {
  await page.goto('/register')
  await fillRegistration(page, { accountName: '', email: 'nonsense', password: 'weak' })
  await expect(page.getByText(sentence('account-name-missing'))).toBeVisible()
  await expectAccessible(page)
  await page.goto('/login')
  await fillSignIn(page, { email: unknownEmail(), password: 'whatever it is' })
  await expect(page.getByText(sentence('sign-in-failed'))).toBeVisible()
  await expectAccessible(page)
})

test('private pages are accessible and fit the window, even with the longest names', async ({ page }) => {
  const person = newPerson()
  const longest = {
    ...person,
    accountName: `${person.accountName} Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamte`.slice(0, 80),
    email: `${'x'.repeat(60)}@${'y'.repeat(60)}.${person.email.slice(4, 12)}.example`,
  }
  await register(page, longest)
  for (const path of ['/private/settings', '/private/accounts/new', '/', '/private']) {
    await page.goto(path)
    await expectAccessible(page)
  }
  await page.getByRole('main').getByRole('link', { name: longest.accountName }).click()
  await expect(page.getByText('(you)')).toBeVisible()
  await expectAccessible(page)
})

test('registers, opens an account, and signs out using only the keyboard', async ({ page }) => {
  const person = newPerson()
  const press = async (key: string, times = 1) => {
    for (let time = 0; time < times; time += 1) await page.keyboard.press(key)
  }
  /** Presses Tab until an element with this name has the focus. */
  const tabTo = async (name: string) => {
    for (let tries = 0; tries < 40; tries += 1) {
      await press('Tab')
      const focused = await page.evaluate(() => {
        const element = document.activeElement as HTMLElement | null
        const label = element?.id ? document.querySelector(`label[for="${element.id}"]`)?.textContent : ''
        return `${element?.getAttribute('aria-label') ?? ''} ${label} ${element?.textContent}`
      })
      if (focused.includes(name)) return
    }
    throw new Error(`The focus never reached ${name}`)
  }
  await page.goto('/')
  await tabTo(labels.createAccount)
  await press('Enter')
  await expect(page.getByLabel(labels.accountName)).toBeVisible()
  await tabTo(labels.accountName)
  await page.keyboard.type(person.accountName)
  await tabTo('Email')
  await page.keyboard.type(person.email)
  await tabTo('Password')
  await page.keyboard.type(person.password)
  await press('Enter')
  await expect(page.getByRole('main').getByText(person.accountName)).toBeVisible()
  await tabTo('Skip to content')
  await press('Enter')
  await tabTo(person.accountName)
  await press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(person.accountName)
  await tabTo('Your menu')
  await press('Enter')
  await tabTo(labels.signOut)
  await press('Enter')
  await expect(page).toHaveURL('/')
})

/** Presses Tab this many times. @returns the elements whose focus ring is missing, or cut off by an element that clips or scrolls */
async function findHiddenFocus(page: Page, stops: number): Promise<string[]> {
  const hidden: string[] = []
  for (let stop = 0; stop < stops; stop += 1) {
    await page.keyboard.press('Tab')
    const focus = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement
      const { outlineStyle, outlineWidth, outlineOffset } = getComputedStyle(element)
      const width = outlineStyle === 'none' ? 0 : Number.parseFloat(outlineWidth)
      const reach = Number.parseFloat(outlineOffset) + width
      const { top, right, bottom, left } = element.getBoundingClientRect()
      let isCut = false
      for (let around = element.parentElement; around && around !== document.body; around = around.parentElement) {
        const edge = around.getBoundingClientRect()
        const isOutside = left - reach < edge.left || right + reach > edge.right || top - reach < edge.top || bottom + reach > edge.bottom
        isCut ||= isOutside && getComputedStyle(around).overflow !== 'visible'
      }
      return { name: element.outerHTML.slice(0, 80), isShown: element === document.body || (width >= 2 && !isCut) }
    })
    if (!focus.isShown) hidden.push(focus.name)
  }
  return hidden
}

test('shows the focus on every element, and cuts no ring off in the rail', async ({ page }) => {
  await page.goto('/login')
  expect(await findHiddenFocus(page, 9)).toEqual([])
  await register(page)
  await page.goto('/private/settings')
  expect(await findHiddenFocus(page, 14)).toEqual([])
})

test('touch targets are at least 44 pixels high on a phone', async ({ page }) => {
  await page.setViewportSize(WIDTHS.phone)
  await register(page)
  await page.goto('/private')
  await page.getByRole('button', { name: labels.menu, exact: true }).click()
  await page.getByRole('button', { name: /^Your menu/ }).click()
  for (const path of ['/private', '/', '/private/settings']) {
    if (path !== '/private') await page.goto(path)
    const small = await page.locator('a:visible, button:visible, input:visible, summary:visible').evaluateAll((elements) =>
      elements
        .filter(
          (element) =>
            element.getRootNode() === document && // not Next's own button in development
            element.getBoundingClientRect().height < 44 &&
            !element.className.toString().includes('sr-only') &&
            !element.closest('p'),
        )
        .map((element) => `${element.getBoundingClientRect().height} ${element.outerHTML.slice(0, 90)}`),
    )
    expect(small).toEqual([])
  }
})

test('the menu on a phone opens over the page, and closes with Escape, a link, or when the focus leaves it', async ({ page }) => {
  await page.setViewportSize(WIDTHS.phone)
  await register(page)
  await page.goto('/private')
  const button = page.getByRole('button', { name: labels.menu, exact: true })
  const rail = page.getByRole('complementary', { name: labels.navigation })
  await expect(rail).toBeHidden()
  await button.click()
  await expect(rail).toBeVisible()
  await expectNoViolations(page)
  await page.keyboard.press('Tab')
  expect(await rail.evaluate((element) => element.contains(document.activeElement))).toBe(true)
  await page.keyboard.press('Escape')
  await expect(rail).toBeHidden()
  await expect(button).toBeFocused()

  await button.click()
  for (let stop = 0; stop < 12 && (await rail.isVisible()); stop += 1) await page.keyboard.press('Tab')
  await expect(rail).toBeHidden()

  await button.click()
  await rail.getByRole('button', { name: /^Your menu/ }).click()
  await page.getByRole('link', { name: labels.yourSettings }).click()
  await expect(page).toHaveURL('/private/settings')
  await expect(rail).toBeHidden()
})
