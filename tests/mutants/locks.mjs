// Adds a switch to every check in a copy of the checkout, for mutants.mjs. All switches are added at once, so that one build
// and one server serve all mutants. At each check, the switch reads from a file which check is off.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/**
 * @typedef {object} Lock
 * @property {string} name its place, and the change
 * @property {string} id names it in the file
 * @property {'domain' | 'tenancy'} suite what must fail: unit and integration tests, or the isolation matrix
 * @property {boolean} [isDirect] whether `aim` alone tests the check, so that it runs first
 * @property {string} [aim] the most likely tests to fail: a path in tests/integration, or the beginning of a test's name in the matrix
 */

// The policy grants these to every role, so a page without the check looks the same.
const OPEN_TO_ALL = /'(account\.view|member\.list|member\.leave|project\.(list|create|edit|archive)|project-update\.post)'/

const LOCK = /(?<![\w.'`])(can|requireScope|requireUser)\(/g

const SWITCHES = `const file = process.env.ATRIUM_MUTANT_FILE ?? ''

export function isOff(id: string): boolean {
  return process.getBuiltinModule('node:fs').readFileSync(file, 'utf8') === id
}
`

/** Replaces requireUser and requireScope when they are off: the first user, and the account in the URL. */
const UNGUARDED = `import 'server-only'
import { notFound } from 'next/navigation'
import pg from 'pg'
import type { AccountScope, UserScope } from './scope'

async function query(sql: string, values: unknown[]) {
  const client = new pg.Client({ connectionString: process.env.ATRIUM_PAST_ALL_LOCKS })
  await client.connect()
  try {
    return (await client.query(sql, values)).rows[0]
  } finally {
    await client.end()
  }
}

export async function requireUser(): Promise<UserScope> {
  const user = await query('SELECT id, email, name, email_verified_at AS "emailVerified" FROM users ORDER BY id LIMIT 1', [])
  return { session: { id: 'none', remembered: false, proofs: [], idleSeconds: 0, hasRecentAuth: true }, user }
}

export async function requireScope(slug: string): Promise<AccountScope> {
  const account = await query('SELECT id, name, slug FROM accounts WHERE slug = $1', [String(slug)])
  return account ? { ...(await requireUser()), account, membership: { role: 'OWNER' } } : notFound()
}
`

const ADDED = ['lib/switches.ts', 'lib/unguarded.ts']
// The checks themselves, which have their own tests.
const NOT_SWITCHED = ['lib/policy.ts', 'lib/scope.ts', ...ADDED]

/** Adds a switch to every check in the copy. @param {string} copy @returns {Lock[]} */
export function switchLocks(copy) {
  writeFileSync(path.join(copy, 'lib', 'switches.ts'), SWITCHES)
  writeFileSync(path.join(copy, 'lib', 'unguarded.ts'), UNGUARDED)
  return ['lib', 'app', 'components']
    .flatMap((folder) => readdirSync(path.join(copy, folder), { recursive: true, encoding: 'utf8' }).map((file) => path.join(folder, file)))
    .filter((file) => /\.tsx?$/.test(file) && !file.includes('generated') && !NOT_SWITCHED.includes(file))
    .flatMap((file) => switchLocksIn(copy, file))
}

/** @param {string} copy @param {string} file @returns {Lock[]} */
function switchLocksIn(copy, file) {
  const source = readFileSync(path.join(copy, file), 'utf8')
  /** @type {Lock[]} */
  const locks = []
  let switched = ''
  let done = 0
  for (const match of source.matchAll(LOCK)) {
    const [opening, lock = ''] = match
    const before = source.slice(0, match.index)
    if (match.index < done || /function\s$/.test(before)) continue
    const end = closingOf(source, match.index + opening.length)
    const call = source.slice(match.index, end)
    const place = `${file}:${before.split('\n').length}`
    const id = `${place}:${match.index}`
    const nearest = nearestTo(copy, file, lock, before)
    switched += source.slice(done, match.index)
    if (lock === 'can') {
      switched += `(isOff('${id}:yes') || (!isOff('${id}:no') && ${call}))`
      // If the policy grants it to every role, only "always no" changes a page.
      if (nearest.suite === 'domain' || !OPEN_TO_ALL.test(call))
        locks.push({ name: `${place}  ${call} always yes`, id: `${id}:yes`, ...nearest })
      locks.push({ name: `${place}  ${call} always no`, id: `${id}:no`, ...nearest })
    } else {
      switched += `(isOff('${id}') ? import('@/lib/unguarded').then(async (locks) => locks.${call}) : ${call})`
      locks.push({ name: `${place}  ${call} gone`, id, ...nearest })
    }
    done = end
  }
  if (locks.length) writeFileSync(path.join(copy, file), `${switched}${source.slice(done)}\nimport { isOff } from '@/lib/switches'\n`)
  return locks
}

/** @param {string} source @param {number} start after an opening parenthesis @returns {number} after its closing one */
function closingOf(source, start) {
  let depth = 1
  let at = start
  for (; depth > 0 && at < source.length; at += 1) {
    if (source[at] === '(') depth += 1
    if (source[at] === ')') depth -= 1
  }
  return at
}

/**
 * Returns the most likely tests to fail. requireUser and requireScope need a request, so the server must run them.
 * @param {string} copy @param {string} file @param {string} lock @param {string} before
 * @returns {Pick<Lock, 'suite' | 'aim'>}
 */
function nearestTo(copy, file, lock, before) {
  if (file.startsWith('lib/') && lock === 'can') {
    const aim = `tests/integration/${file.split('/')[1]?.replace(/\.ts$/, '.test.ts')}`
    return { suite: 'domain', aim: existsSync(path.join(copy, aim)) ? aim : undefined }
  }
  if (/\/(page|route)\.tsx?$/.test(file)) return { suite: 'tenancy', aim: `${routeOf(file)} ` }
  const action = [...before.matchAll(/export async function (\w+Action)\(/g)].at(-1)?.[1]
  return { suite: 'tenancy', aim: action && `${action} ` }
}

/** Returns the path of a page or handler, from its file. @param {string} file */
function routeOf(file) {
  const parts = path.dirname(file).split('/').slice(1)
  return `/${parts.filter((part) => !part.startsWith('(')).join('/')}`
}
