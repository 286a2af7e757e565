import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { BRAND } from '@/lib/brand'

const SOURCES = ['app', 'components', 'lib']
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`))
  .filter((path) => /\.(ts|tsx|mjs|css)$/.test(path) && !path.startsWith('lib/generated/') && path !== 'lib/brand.ts')

const LITERALS = [
  ["the product's name", new RegExp(String.raw`\b${BRAND.name}\b`)],
  ['a color', /#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch)\(/i],
] as const

test.each(LITERALS)('lib/brand.ts is the only source of %s', (_, literal) => {
  const found = SOURCES.flatMap((path) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .flatMap((line, index) => (literal.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  )
  expect(found).toEqual([])
})
