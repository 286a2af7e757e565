import { AxeBuilder } from '@axe-core/playwright'
import { expect, test } from '@playwright/test'
import { renderEmails } from '../support/emails.mjs'

const EMAILS = renderEmails()

for (const scheme of ['light', 'dark'] as const) {
  test.describe(`${scheme}`, () => {
    test.use({ colorScheme: scheme, viewport: { width: 390, height: 844 } })

    for (const [template, html] of Object.entries(EMAILS)) {
      test(`the email ${template} is accessible and fits a phone`, async ({ page }) => {
        await page.setContent(html)
        const { violations } = await new AxeBuilder({ page })
          .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
          .analyze()
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([])
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
        expect(await page.evaluate(() => document.querySelectorAll('a.main').length)).toBe(1)
      })
    }
  })
}
