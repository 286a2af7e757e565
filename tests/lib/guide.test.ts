import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'

// A guide that shows code as it was is worse than none. After the language, a block names the file that it is from; a
// line of "…" stands for what is left out. How far in a line stands is the formatter's affair.

const ROOT = path.join(import.meta.dirname, '../..')
const GUIDES = path.join(ROOT, 'docs/guide')

const excerpts = readdirSync(GUIDES).flatMap((guide) =>
  [...readFileSync(path.join(GUIDES, guide), 'utf8').matchAll(/^```\w+ (\S+)\n(.*?)^```$/gms)].map(([, file = '', code = '']) => ({
    guide,
    file,
    code,
  })),
)

describe('the guides', () => {
  test('hold excerpts', () => {
    expect(excerpts.length).toBeGreaterThan(10)
  })

  test.each(excerpts)('$guide shows $file as it is', ({ file, code }) => {
    const source = withoutIndents(readFileSync(path.join(ROOT, file), 'utf8'))
    let from = 0
    for (const part of withoutIndents(code).split(/^…\n/m)) {
      const at = source.indexOf(part, from)
      expect(at, `${file} does not hold, at this place:\n${part}`).toBeGreaterThanOrEqual(0)
      from = at + part.length
    }
  })
})

function withoutIndents(text: string): string {
  return text.replace(/^[ \t]+/gm, '')
}
