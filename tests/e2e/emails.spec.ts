import { renderEmails } from '../support/emails.mjs'
import { expectNoViolations } from './accessibility'
import { expect, type Page, test } from './test'

test.describe.configure({ mode: 'default' }) // one page for all of them, because a new one costs more than its test

let page: Page
test.beforeAll(async ({ browser }) => {
  page = await browser.newPage({ viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' })
})

for (const [template, html] of Object.entries(renderEmails())) {
  test(`the email ${template} is accessible and fits a phone`, async () => {
    await page.setContent(html)
    await expectNoViolations(page)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    expect(await page.evaluate(() => document.querySelectorAll('a.main').length)).toBe(1)
  })
}
