import { readFileSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from './test'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Rules whose result depends on the color scheme. */
const COLOR_RULES = ['color-contrast', 'link-in-text-block']

const AXE = readFileSync('node_modules/axe-core/axe.min.js', 'utf8') // the dependency of @axe-core/playwright

/**
 * Fails if axe finds a violation on the page, in the light or the dark scheme. Leaves the page in the light one.
 * Each page gets axe once, because AxeBuilder would add its 1.2 MB twice for each run. Legacy mode saves a page for
 * each check; it only skips frames of other origins, which no page here has.
 */
export async function expectNoViolations(page: Page): Promise<void> {
  const axe = () => new AxeBuilder({ page, axeSource: ';' }).setLegacyMode().options({ resultTypes: ['violations'] })
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(AXE)
  await page.emulateMedia({ colorScheme: 'dark' })
  const dark = await axe().withRules(COLOR_RULES).analyze()
  await page.emulateMedia({ colorScheme: 'light' })
  const light = await axe().withTags(TAGS).analyze()
  const found = [...light.violations, ...dark.violations].map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  expect(found).toEqual([])
}
