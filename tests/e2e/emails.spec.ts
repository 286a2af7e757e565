import { expect, test } from '@playwright/test'
import { renderEmails } from '../support/emails.mjs'
import { expectNoViolations } from './accessibility'

test.use({ viewport: { width: 390, height: 844 } })

for (const [template, html] of Object.entries(renderEmails())) {
  test(`the email ${template} is accessible and fits a phone`, async ({ page }) => {
    await page.setContent(html)
    await expectNoViolations(page)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    expect(await page.evaluate(() => document.querySelectorAll('a.main').length)).toBe(1)
  })
}
