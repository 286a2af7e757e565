import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'

// Finds words that a native writer would not use here, and names that the code has given up. CONTRIBUTING.md has the style.

const ROOT = path.join(import.meta.dirname, '..', '..')
/**
 * Applied migrations cannot change: Prisma compares their checksums. Later ones rename what they created.
 * The rest is data, generated, or this file.
 */
const SKIPPED =
  /^(prisma\/migrations\/|package-lock\.json|LICENSE|docs\/asvs\.md|lib\/password\/common-passwords\.json|tests\/unit\/language\.test\.ts)|\.(png|webp|svg|ico|woff2)$/

const UNIDIOMATIC = {
  'a concrete noun instead of a pronoun': /\b([Ww]ho(so)?ever|[Nn]obody|[Ss]omebody|one's own|one’s)\b/,
  'an active verb': /\b(is|are|was|were|be|been) told\b|\bstand(s|ing)? (in|beside|behind|under|over|around|there)\b|\bsees? to it\b/,
  'the technical term': /\bdoors?\b|\bletters of mail\b|\bwaiting invitation|\bseal(s|ed|ing)?\b(?!-trails)|\b(a )?lines? of the log\b/,
  'everyday words': /\banew\b|\bby then\b|\bbe had\b|\bput right\b|\bheld against\b|\bis grave\b|\btak(e|es|en|ing) back\b|\bof before\b/,
  'a rule instead of a riddle':
    /(?<!no )\bone (wanted|wants|has to|deletes)\b|\b(is|are) no fault\b|\brefused to (another|other)s?\b|\bby way of\b|\blets? go\b|\bwhole or not at all\b/,
  'even or including': /, also (if|when|while|without|after|before|from|of|in|by|for|with|across|as|those|under)\b/,
  'its own, earlier, or at the time':
    /\bof (its|their|our|my) own\b|\bfrom before\b(?! (that|the)\b)|\bof that time\b|\bfor the last time\b/,
  'American spelling':
    /\b(colour|behaviour|licence|favour|honour|neighbour|catalogue|(norm|organ|author|recogn)[a-z]*is(e|ed|es|ing|ation))s?\b/i,
}

/** Names that the code has given up, each by its new one. */
const FORMER_NAMES: Record<string, RegExp> = {
  'withUser and withAccount': /\b(asUser|inAccount|behindDoor|openDoor|throughDoors|door_(account|user)_id)\b/,
  'names of pools': /AtLength\b|\bPATIENT_LIMITS\b|\binSnapshotOf\b/,
  'requireRecentAuth, reauthenticate, verifyPassword, hasRecentAuth': /\b(demandProof|proveAgain|provePassword|isProven|ProofOutdated)\b/,
  'flash message': /\bsaid\.ts\b|\b(sayInPage|useTold|told|isTold)\b/,
  'the cookie of a link': /\bheld-link\b|\b(holdLink|shownToken|forgetLink)\b/,
  'what is held': /\b[Hh]eld\b|\b(isHeld|held[A-Z]\w*|HELD_\w+|holdForm)\b|held-form|Held[A-Z]/,
  templates: /\bletters\/|\bdrawMail\b/,
  'functions that lock': /\b(amongMembers|onWaiting|onProject)\b/,
  'functions that map an error': /\b(nameFree|unlessEnded)\b/,
  RequestInfo: /\b(type|interface|class|@typedef \{.*\}) Client\b/,
  'functions of the sign-in': /\b(enterFromOutside|carrySession|NONSENSE|giveDevice)\b/,
  'verified or preauthenticated': /(?<!session\.)\bproven\b/, // `session.proven` is stored in audit events
  defer: /\b[Aa]fterwards\b|\b(type|class|const|function|new) Later\b|[:<] ?Later\b/,
  'CliError and cli': /\bObstacle\b|\bsay\.mjs\b/,
  'functions of requests': /\b(setAside|canBeThere|NOT_BELIEVED)\b/,
  'AccountOutcome and classifyAccounts': /\b([Ff]ates?|settleFate)\b/,
  DatabaseUnavailable: /\bDatabaseAway\b/,
  'permission, actor, or action': /\bacts?\b(?! (in|on|as|alone)\b)|\w(Acts?\b|_ACTS?\b)|\bact(s|Of|sOn)\b(?! )|\baskers?\b/,
}

/** @returns the files of the repository, including uncommitted ones */
function listFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' })
  return listed.split('\0').filter((file) => file && !SKIPPED.test(file) && existsSync(path.join(ROOT, file)))
}

const LINES = listFiles().flatMap((file) =>
  readFileSync(path.join(ROOT, file), 'utf8')
    .split('\n')
    .map((line, index) => ({ at: `${file}:${index + 1}`, line })),
)

/** @returns `file:line: match` for each line that matches */
function findMatches(pattern: RegExp): string[] {
  return LINES.flatMap(({ at, line }) => {
    const match = pattern.exec(line)
    return match ? [`${at}: ${match[0]}`] : []
  })
}

describe('prose', () => {
  test.each(Object.entries(UNIDIOMATIC))('uses %s', (_, pattern) => {
    expect(findMatches(pattern)).toEqual([])
  })

  test.each([
    ['Whoever reads it is told.', 'a concrete noun instead of a pronoun'],
    ['The session stands in the row.', 'an active verb'],
    ['It goes through the door.', 'the technical term'],
    ['It is read anew.', 'everyday words'],
    ['The form is refused to another site.', 'a rule instead of a riddle'],
    ['It works, also after the user left.', 'even or including'],
    ['a database of its own', 'its own, earlier, or at the time'],
    ['the colours of the theme', 'American spelling'],
  ] as const)('rejects “%s”', (sentence, rule) => {
    expect(UNIDIOMATIC[rule].test(sentence)).toBe(true)
  })
})

describe('former names', () => {
  test.each(Object.entries(FORMER_NAMES))('do not come back in place of %s', (_, pattern) => {
    expect(findMatches(pattern)).toEqual([])
  })

  test.each([
    'const held = 1',
    'isHeld(email)',
    "import { heldFormOf } from './held-form'",
    'const proven = await verify()',
    'it is told here',
    'type Client = { ip: string }',
    'openAtLength()',
    'const askers = []',
    'for (const act of acts)',
    'function actOf(row)',
    'type MemberAct = string',
    'new Later()',
    'type Fate = string',
    'and back afterwards',
  ])('rejects “%s”', (line) => {
    expect(Object.values(FORMER_NAMES).some((pattern) => pattern.test(line))).toBe(true)
  })

  test.each(['the account they act in', 'import type { Client } from "pg"', "kind: 'session.proven'", 'Later runs compare it'])(
    'allows “%s”',
    (line) => {
      expect(Object.values(FORMER_NAMES).some((pattern) => pattern.test(line))).toBe(false)
    },
  )
})
