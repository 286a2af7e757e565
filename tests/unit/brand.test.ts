import { readdirSync, readFileSync } from 'node:fs'
import { converter, displayable, formatHex, formatHex8, parse, wcagContrast } from 'culori'
import { describe, expect, test } from 'vitest'
import { BRAND, COLORS } from '@/lib/brand'

const SOURCES = ['app', 'components', 'lib', 'scripts', 'tests']
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`))
  .filter((path) => /\.(ts|tsx|mjs|css)$/.test(path) && !path.startsWith('lib/generated/'))

test.each([
  ['lib/brand.ts', "the product's name", new RegExp(String.raw`\b${BRAND.name}\b`), /^lib\/brand\.ts$/],
  [
    'app/tokens.css',
    'a color',
    /#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch)\(/i,
    /^(app\/tokens\.css$|lib\/brand\.ts$|scripts\/|tests\/)/,
  ],
])('%s is the only source of %s', (_, __, literal, sources) => {
  const found = SOURCES.filter((path) => !sources.test(path)).flatMap((path) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .flatMap((line, index) => (literal.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  )
  expect(found).toEqual([])
})

describe('the colors of app/tokens.css', () => {
  const DEFINITION = /^ {2}--([\w-]+): light-dark\((oklch\([^)]+\)), (oklch\([^)]+\))\);$/gm
  const tokens = Object.fromEntries(
    [...readFileSync('app/tokens.css', 'utf8').matchAll(DEFINITION)].map(([, name = '', light = '', dark = '']) => [name, { light, dark }]),
  )
  const toHex = (color: string) => (parse(color)?.alpha === undefined ? formatHex(color) : formatHex8(color))

  test('are those of email, icons, and images', () => {
    const hex = Object.keys(COLORS).map((name) => [
      name,
      { light: toHex(tokens[name]?.light ?? ''), dark: toHex(tokens[name]?.dark ?? '') },
    ])
    expect(COLORS).toEqual(Object.fromEntries(hex))
  })

  test('can be shown by every screen', () => {
    const toRgb = converter('rgb')
    const colors = Object.values(tokens).flatMap(({ light, dark }) => [light, dark])
    expect(colors.length).toBeGreaterThan(30)
    expect(colors.filter((color) => !displayable(toRgb(color) ?? ''))).toEqual([])
  })

  // WCAG 1.4.3
  test.each([
    ...['ink', 'ink-soft', 'accent', 'danger', 'warning', 'success'].flatMap((text) =>
      ['surface', 'surface-raised', 'surface-sunken'].map((background) => [text, background] as const),
    ),
    ['on-accent', 'accent'],
    ['on-accent', 'accent-hover'],
    ...['accent', 'danger', 'warning', 'success'].map((name) => [name, `${name}-soft`] as const),
  ] as const)('%s is legible on %s', (text, background) => {
    for (const theme of ['light', 'dark'] as const) {
      const contrast = wcagContrast(tokens[text]?.[theme] ?? '', tokens[background]?.[theme] ?? '')
      expect(contrast, theme).toBeGreaterThanOrEqual(4.5)
    }
  })
})

test('every tone of a status has a dot in its color', () => {
  const dots = readFileSync('components/ui/status-chip.tsx', 'utf8').match(/dot-\w+/g) ?? []
  expect(dots.length).toBeGreaterThan(3)
  expect(dots.filter((dot) => !readFileSync('app/globals.css', 'utf8').includes(`@utility ${dot} {`))).toEqual([])
})
