import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { isRemovedExample } from '../support/example'

// A code block in a guide names its source file after the language. A line of "…" marks omitted lines. Indentation is
// ignored.

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
  test('contain excerpts', () => {
    expect(excerpts.length).toBeGreaterThan(5)
  })

  test.each(excerpts.filter(({ file }) => !isRemovedExample(file)))('match the code: $guide shows $file', ({ file, code }) => {
    const source = withoutIndents(readFileSync(path.join(ROOT, file), 'utf8'))
    let from = 0
    for (const part of withoutIndents(code).split(/^…\n/m)) {
      const at = source.indexOf(part, from)
      expect(at, `${file} does not contain, at this place:\n${part}`).toBeGreaterThanOrEqual(0)
      from = at + part.length
    }
  })
})

function withoutIndents(text: string): string {
  return text.replace(/^[ \t]+/gm, '')
}
