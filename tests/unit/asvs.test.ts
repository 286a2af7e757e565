import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ASVS_PAGE, asvsPage, findFaults, findTags, readTags } from '../asvs/generate.mjs'
import { CHAPTERS, REQUIREMENTS } from '../asvs/requirements.mjs'

test('docs/asvs.md matches the tests and the list of requirements (npm run docs:asvs)', () => {
  const tags = readTags()
  expect(findFaults(tags, REQUIREMENTS)).toEqual([])
  expect(readFileSync(ASVS_PAGE, 'utf8')).toBe(asvsPage(tags, REQUIREMENTS, CHAPTERS))
})

test('every requirement of ASVS 5.0.0 is accounted for', () => {
  const ids = Object.keys(REQUIREMENTS)
  const levels = [1, 2, 3].map((level) => Object.values(REQUIREMENTS).filter((each) => each.level === level).length)
  expect([ids.length, levels]).toEqual([345, [70, 183, 92]])
  for (const id of ids) {
    const [chapter, section, number = 0] = id.split('.').map(Number)
    if (number > 1) expect(ids).toContain(`${chapter}.${section}.${number - 1}`)
  }
})

describe('a test file’s tags', () => {
  test('name the test or group below them, with the groups around it', () => {
    const text = [
      '// ASVS 1.1.1',
      "describe('a group', () => {",
      '  // ASVS 1.1.2, 1.2.1',
      "  test.each(['x'])('a table of %s', () => {})",
      '  // ASVS 1.2.2',
      '  for (const one of all) {',
      `    test(\`in a loop: \${one}\`, () => {})`,
      '  }',
      '})',
      '// ASVS 1.2.3',
      'test.each([',
      "  ['(', 1],",
      "])('a table on lines', () => {})",
    ].join('\n')
    expect(findTags('a.test.ts', text).map(({ ids, title }) => [ids.join(), title])).toEqual([
      ['1.1.1', 'a group'],
      ['1.1.2,1.2.1', 'a group › a table of %s'],
      ['1.2.2', 'a group › in a loop: …'],
      ['1.2.3', 'a table on lines'],
    ])
  })

  test.each([
    ['above no test', '// ASVS 1.1.1\nconst one = 1'],
    ['above another comment', "// ASVS 1.1.1\n// why\ntest('one', () => {})"],
    ['above a skipped test', "// ASVS 1.1.1\ntest.skip('one', () => {})"],
  ])('are refused %s', (_, text) => {
    expect(() => findTags('a.test.ts', text)).toThrow('a.test.ts:1: this ASVS comment is not directly above a test')
  })
})

describe('a fault', () => {
  const tag = (...ids: string[]) => [{ ids, file: 'a.test.ts', title: 'one' }]

  test.each([
    ['an unknown requirement', tag('1.1.9'), {}, 'ASVS 5.0.0 has no requirement 1.1.9'],
    ['a tested one that is not applicable', tag('1.1.1'), { notApplicable: 'none' }, '1.1.1 is listed as not applicable'],
    ['a tested one that is open', tag('1.1.1'), { open: 'later' }, '1.1.1 is listed as open'],
    ['one without a test', [], {}, '1.1.1 has no test'],
    ['an open one of level 1', [], { level: 1 as const, open: 'later' }, '1.1.1 is open'],
  ])('is %s', (_, tags, more, message) => {
    const requirements = { '1.1.1': { level: 2 as const, ...more } }
    expect(findFaults(tags, requirements).join('\n')).toContain(message)
  })

  test.each([
    ['one with a test', tag('1.1.1'), {}],
    ['one shown by a document', [], { shownBy: 'a page' }],
    ['an open one of level 2', [], { open: 'later' }],
  ])('is not %s', (_, tags, more) => {
    expect(findFaults(tags, { '1.1.1': { level: 2, ...more } })).toEqual([])
  })
})
