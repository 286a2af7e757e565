import { EventEmitter, once } from 'node:events'
import { message, sentence } from '../../lib/messages'
import * as labels from '../support/labels'
import { fillRegistration, fillSignIn, newPerson, PASSWORD, register, unknownEmail, untilHydrated } from './people'
import { expect, type Locator, type Page, test } from './test'

// Forms on a bad connection, with JavaScript: the page and what was typed stay, and the form can be sent again.

/** Holds back every script that the page requests from now on, until it is called. */
async function holdScripts(page: Page): Promise<() => void> {
  const gate = new EventEmitter()
  const opened = once(gate, 'open')
  await page.route('**/_next/static/**/*.js', async (route) => {
    await opened
    await route.continue()
  })
  return () => void gate.emit('open')
}

const failure = (page: Page) => page.getByRole('alert').filter({ has: page.getByRole('button', { name: labels.tryAgain }) })

test('keeps the page and what was typed when offline, and sends it again', async ({ page, context }) => {
  const person = await register(page, newPerson(), { isSignedIn: false })
  await page.goto('/login')
  await untilHydrated(page)
  await context.setOffline(true)
  await fillSignIn(page, person)
  await expect(failure(page)).toContainText('We couldn’t reach the server')
  await expect(page.getByLabel(labels.email)).toHaveValue(person.email)
  await expect(page.getByLabel(labels.password)).toHaveValue(person.password)
  await page.getByRole('button', { name: labels.tryAgain }).click()
  await expect(failure(page)).toBeVisible() // still offline
  await context.setOffline(false)
  await page.getByRole('button', { name: labels.tryAgain }).click()
  await expect(page).toHaveURL('/private')
})

test('keeps the page when a link or the palette is opened offline', async ({ page, context }) => {
  await register(page)
  await page.goto('/private/settings')
  await untilHydrated(page)
  const name = page.getByLabel(labels.yourName)
  await name.fill('Ada')
  const notice = page.getByRole('alert').filter({ hasText: labels.unreachable })
  for (const open of [() => page.keyboard.press('Control+k'), () => page.getByRole('link', { name: 'Sessions' }).click()]) {
    await context.setOffline(true)
    await open()
    await expect(notice).toBeVisible()
    await expect(name).toHaveValue('Ada')
    await context.setOffline(false)
    await expect(notice).toHaveCount(0)
  }
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('dialog', { name: labels.commandPalette })).toBeVisible()
})

test('keeps the page and what was typed after an error page, a limit, or a refused size, and sends it again', async ({ page }) => {
  const person = newPerson()
  await page.goto('/register')
  await untilHydrated(page)
  let send = () => fillRegistration(page, person)
  for (const answer of [
    { status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' },
    { status: 500, contentType: 'text/plain', body: 'Internal Server Error' },
    { status: 429, contentType: 'text/plain; charset=utf-8', body: 'Too many requests.' },
    { status: 413, contentType: 'text/plain; charset=utf-8', body: 'The request is too large.' },
  ]) {
    await page.route('**/register', (route) => (route.request().method() === 'POST' ? route.fulfill(answer) : route.continue()))
    const answered = page.waitForResponse((response) => response.status() === answer.status)
    await send()
    await answered
    await expect(failure(page)).toContainText('Something went wrong on our side')
    await expect(page.getByLabel(labels.accountName)).toHaveValue(person.accountName)
    await expect(page.getByLabel(labels.password)).toHaveValue(person.password)
    await page.unroute('**/register')
    send = () => page.getByRole('button', { name: labels.tryAgain }).click()
  }
  await send()
  await expect(page).toHaveURL('/private')
})

test('keeps the page and what was typed when the server is of a release that does not know the form, and says to reload', async ({
  page,
}) => {
  const person = newPerson()
  await page.goto('/register')
  await untilHydrated(page)
  await page.route('**/register', (route) => {
    const headers = route.request().headers()
    return route.continue('next-action' in headers ? { headers: { ...headers, 'next-action': '40'.repeat(21) } } : {})
  })
  await fillRegistration(page, person)
  await expect(failure(page)).toContainText('This page is from an earlier version of the app.')
  await expect(page.getByLabel(labels.accountName)).toHaveValue(person.accountName)
  await expect(page.getByLabel(labels.password)).toHaveValue(person.password)
})

test('keeps the shell and what was typed when a private form fails', async ({ page, context }) => {
  await register(page)
  await page.goto('/private/settings')
  await untilHydrated(page)
  await page.getByLabel(labels.yourName).fill('Ada Lovelace')
  await context.setOffline(true)
  await page.getByRole('button', { name: labels.save }).click()
  await expect(failure(page)).toBeVisible()
  await expect(page.getByLabel(labels.yourName)).toHaveValue('Ada Lovelace')
  await context.setOffline(false)
  await page.getByRole('button', { name: labels.tryAgain }).click()
  await expect(page.getByText(sentence('profile-saved'))).toBeVisible()
})

test('shows at once that a form or a link works on a slow connection, and sends the form once', async ({ page, context }) => {
  await register(page)
  await page.goto('/private/settings')
  await untilHydrated(page)
  const network = await context.newCDPSession(page)
  await network.send('Network.enable')
  await network.send('Network.emulateNetworkConditions', { offline: false, latency: 1500, downloadThroughput: -1, uploadThroughput: -1 })
  /** Clicks twice, and waits for a sign on the page. @returns how many requests for data, not code, were answered before it */
  const click = (target: Locator, sign: string) =>
    target.evaluate(async (element: HTMLElement, selector) => {
      performance.clearResourceTimings()
      element.click()
      await new Promise((resolve) => setTimeout(resolve)) // like the events of a double click: each in its own task
      element.click()
      for (let frame = 0; !document.querySelector(selector); frame += 1) {
        if (frame > 600) throw new Error(`No ${selector}`)
        await new Promise(requestAnimationFrame)
      }
      const answered = performance.getEntriesByType('resource') as PerformanceResourceTiming[]
      return answered.filter(({ initiatorType }) => initiatorType === 'fetch').length
    }, sign)
  const posts: string[] = []
  page.on('request', (request) => request.method() === 'POST' && posts.push(request.url()))
  await page.getByLabel(labels.yourName).fill('Ada Lovelace')
  expect(await click(page.getByRole('button', { name: labels.save }), '[aria-busy="true"]')).toBe(0)
  await expect(page.getByText(sentence('profile-saved'))).toBeVisible()
  expect(posts).toHaveLength(1)
  expect(await click(page.getByRole('link', { name: labels.password, exact: true }), '.progress-line')).toBe(0)
  await expect(page.getByLabel(labels.currentPassword)).toBeVisible()
  await page
    .getByRole('button', { name: /^Your menu/ })
    .first()
    .click()
  expect(await click(page.getByRole('button', { name: labels.signOut }).first(), '.progress-line')).toBe(0)
  await expect(page).toHaveURL('/')
})

test('keeps what was typed when validation arrives late, and then validates it', async ({ page }) => {
  await page.goto('/register')
  await untilHydrated(page)
  const release = await holdScripts(page)
  await page.getByLabel(labels.accountName).fill('Blue Heron')
  await page.getByLabel(labels.email).fill('ada')
  await page.getByLabel(labels.password).fill(PASSWORD)
  release()
  await expect(page.getByLabel(labels.email)).toHaveAccessibleDescription(sentence('email-invalid'))
  await expect(page.getByLabel(labels.accountName)).toHaveValue('Blue Heron')
  await expect(page.getByLabel(labels.email)).toHaveValue('ada')
  await expect(page.getByLabel(labels.password)).toHaveValue(PASSWORD)
  await expect(page.getByLabel(labels.password)).toBeFocused()
})

test('shows the server’s messages when validation cannot be loaded', async ({ page }) => {
  await page.goto('/register')
  await untilHydrated(page)
  await page.route('**/_next/static/**', (route) => route.abort())
  await fillRegistration(page, { ...newPerson(), email: 'ada', password: 'short' })
  await expect(page.getByLabel(labels.email)).toHaveAccessibleDescription(sentence('email-invalid'))
  await expect(page.getByLabel(labels.email)).toBeFocused()
  await expect(page.getByLabel(labels.email)).toHaveValue('ada')
  await expect(page.getByLabel(labels.password)).toHaveValue('short')
  await expect(page.getByText(sentence(message('too-short', { min: 8 })))).toBeVisible()
})

test('keeps the answer to a form that was sent before its code arrived', async ({ page }) => {
  const release = await holdScripts(page)
  const email = unknownEmail()
  await page.goto('/login', { waitUntil: 'commit' })
  await fillSignIn(page, { email, password: PASSWORD })
  const answer = page.getByRole('main').getByRole('alert')
  await expect(answer).toHaveText(sentence('sign-in-failed'))
  await page.getByLabel(labels.password).fill('another try') // before the code of this page arrived, too
  release()
  await untilHydrated(page)
  await expect(answer).toHaveText(sentence('sign-in-failed'))
  await expect(page.getByLabel(labels.email)).toHaveValue(email)
  await expect(page.getByLabel(labels.password)).toHaveValue('another try')
})

for (const path of ['/login', '/register']) {
  test(`loads little code with ${path}, and validation with the first field`, async ({ page }) => {
    test.skip(process.env.TEST_RUNTIME === 'dev', 'it measures the code of the build')
    const scripts: string[] = []
    page.on('response', (response) => response.url().endsWith('.js') && scripts.push(response.url()))
    const hasValidation = async () => {
      const bodies = await Promise.all(scripts.map(async (url) => (await page.request.get(url)).text()))
      return bodies.some((body) => body.includes('ZodError'))
    }
    await page.goto(path)
    await page.waitForLoadState('networkidle')
    const bytes = await page.evaluate(() => {
      const entries = performance.getEntriesByType('resource') as PerformanceResourceTiming[]
      return entries.filter(({ name }) => name.endsWith('.js')).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)
    })
    expect(bytes).toBeLessThan(MAX_SCRIPT_BYTES)
    expect(await hasValidation()).toBe(false)
    await page.getByLabel(labels.email).focus()
    await expect.poll(hasValidation).toBe(true)
  })
}

const MAX_SCRIPT_BYTES = 1.12 * 135_238 // of an empty page of this version of Next, compressed
