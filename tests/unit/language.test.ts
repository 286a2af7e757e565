import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'

// Finds words that a native writer would not use here, and names that the code has given up. CONTRIBUTING.md has the style.

const ROOT = path.join(import.meta.dirname, '..', '..')
const TEXT_FILE = /\.(tsx?|mjs|md|css|prisma)$/
const SKIPPED = /(^|\/)(generated|node_modules|language\.test\.ts|asvs\.md)(\/|$)/

/** Where comments, texts, and titles are checked for unidiomatic words. */
const PROSE = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'docs',
  'app',
  'components',
  'lib',
  'scripts',
  'bench',
  'instrumentation.ts',
  'instrumentation-node.ts',
  'middleware.ts',
  'prisma/schema.prisma',
  'prisma/seed.ts',
  'tests/asvs',
  'tests/attack',
  'tests/e2e',
  'tests/fault',
  'tests/integration',
  'tests/mutants',
  'tests/registry',
  'tests/run',
  'tests/support',
  'tests/tenancy',
  'tests/unit',
]
/** Where former names are looked for. */
const CODE = ['app', 'components', 'lib', 'scripts', 'tests', 'bench', 'prisma/schema.prisma', 'prisma/seed.ts']

const UNIDIOMATIC = {
  'a concrete noun instead of a pronoun': /\b([Ww]ho(so)?ever|[Nn]obody|[Ss]omebody|one's own|one’s)\b/,
  'an active verb': /\b(is|are|was|were|be|been) told\b|\bstand(s|ing)? (in|beside|behind|under|over|around|there)\b|\bsees? to it\b/,
  'the technical term': /\bdoors?\b|\bletters of mail\b|\bwaiting invitation|\bseal(s|ed|ing)?\b(?!-trails)|\b(a )?lines? of the log\b/,
  'everyday words': /\banew\b|\bby then\b|\bbe had\b|\bput right\b|\bheld against\b|\bis grave\b|\btak(e|es|en|ing) back\b|\bof before\b/,
  'a rule instead of a riddle':
    /(?<!no )\bone (wanted|wants|has to|deletes)\b|\b(is|are) no fault\b|\brefused to (another|other)s?\b|\bby way of\b|\blets? go\b|\bwhole or not at all\b/,
  'American spelling':
    /\b(colour|behaviour|licence|favour|honour|neighbour|catalogue|(norm|organ|author|recogn)[a-z]*is(e|ed|es|ing|ation))s?\b/i,
}

const FORMER_NAMES =
  /\b(asUser|inAccount|behindDoor|openDoor|throughDoors|door_(account|user)_id|demandProof|proveAgain|provePassword|ProofOutdated|sayInPage|useTold|holdLink|shownToken|forgetLink|drawMail|amongMembers|onWaiting|onProject|unlessEnded|enterFromOutside|carrySession|giveDevice|Obstacle|setAside|canBeThere|NOT_BELIEVED|settleFate|DatabaseAway)\b/

function filesIn(entry: string): string[] {
  if (TEXT_FILE.test(entry)) return [entry]
  return readdirSync(path.join(ROOT, entry), { recursive: true, encoding: 'utf8' })
    .map((name) => path.posix.join(entry, name.split(path.sep).join('/')))
    .filter((file) => TEXT_FILE.test(file) && !SKIPPED.test(file))
}

/** @returns `file:line: match` for each line that matches */
function findMatches(entries: string[], pattern: RegExp): string[] {
  return entries.flatMap(filesIn).flatMap((file) => {
    const lines = readFileSync(path.join(ROOT, file), 'utf8').split('\n')
    return lines.flatMap((line, index) => {
      const match = pattern.exec(line)
      return match ? [`${file}:${index + 1}: ${match[0]}`] : []
    })
  })
}

describe('prose', () => {
  test.each(Object.entries(UNIDIOMATIC))('uses %s', (_, pattern) => {
    expect(findMatches(PROSE, pattern)).toEqual([])
  })

  test.each([
    ['Whoever reads it is told.', 'a concrete noun instead of a pronoun'],
    ['The session stands in the row.', 'an active verb'],
    ['It goes through the door.', 'the technical term'],
    ['It is read anew.', 'everyday words'],
    ['The form is refused to another site.', 'a rule instead of a riddle'],
    ['the colours of the theme', 'American spelling'],
  ] as const)('rejects “%s”', (sentence, rule) => {
    expect(UNIDIOMATIC[rule].test(sentence)).toBe(true)
  })
})

test('former names do not come back', () => {
  expect(findMatches(CODE, FORMER_NAMES)).toEqual([])
})
