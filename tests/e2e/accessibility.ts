import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Rules whose result depends on the color scheme. */
const COLOR_RULES = ['color-contrast', 'link-in-text-block']

/**
 * Fails if axe finds a violation on the page, in the light or the dark scheme. Leaves the page in the light one.
 * Legacy mode saves a page for each check; it only skips frames of other origins, which no page here has.
 */
export async function expectNoViolations(page: Page): Promise<void> {
  const axe = () => new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] })
  await page.emulateMedia({ colorScheme: 'dark' })
  const dark = await axe().withRules(COLOR_RULES).analyze()
  await page.emulateMedia({ colorScheme: 'light' })
  const light = await axe().withTags(TAGS).analyze()
  const found = [...light.violations, ...dark.violations].map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  expect(found).toEqual([])
}
