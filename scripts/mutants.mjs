// npm run test:mutants: takes away each lock in turn, and says which of them no test misses. A policy of the database, a
// question to lib/policy.ts, a requireScope or requireUser: none may be missing without a test turning red.
//
// The whole works on a copy of the checkout. There every lock gets a switch, all at once, so that one build serves every
// mutant; ATRIUM_MUTANT names the one that is off.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { Obstacle, runScript, say } from './say.mjs'
import { prepare, ROOT } from './setup.mjs'

/**
 * @typedef {object} Mutant
 * @property {string} name where it is, and what is done to it
 * @property {string} id under which its switch knows it
 * @property {'unit' | 'tenancy'} suite that must turn red
 * @property {string[]} args which part of the suite is asked first
 */

// Open to everybody by the table, so that a page which does not ask shows nothing else.
const OPEN_TO_ALL = /'(account\.view|member\.list|member\.leave|project\.(list|create|rename|archive))'/

const LOCK = /(?<![\w.'`])(can|requireScope|requireUser)\(/g

/** The switch of a lock that finds out who asks: off, it believes the address. */
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
  return { session: { id: 'none', remembered: false, authenticatedAt: new Date() }, user }
}

export async function requireScope(slug: string): Promise<AccountScope> {
  const account = await query('SELECT id, name, slug FROM accounts WHERE slug = $1', [String(slug)])
  return account ? { ...(await requireUser()), account, membership: { role: 'OWNER' } } : notFound()
}
`

async function main() {
  await prepare()
  const only = process.argv[2]
  const copy = mkdtempSync(path.join(tmpdir(), 'atrium-mutants-'))
  /** @type {(() => Promise<unknown>)[]} */
  const cleanups = [async () => rmSync(copy, { recursive: true, force: true })]
  try {
    copyCheckout(copy)
    const mutants = switchLocks(copy)
    const { startTestDatabases } = await import('./test-database.mjs')
    const databases = await startTestDatabases()
    cleanups.push(databases.stop)
    const survivors = []
    let tried = 0
    for await (const { name, survives } of tryAll(copy, mutants, databases.urls, only)) {
      tried += 1
      say(`${survives ? 'SURVIVES' : 'caught  '}  ${name}`)
      if (survives) survivors.push(name)
    }
    say(`\n${tried} mutants, ${survivors.length} survivors${survivors.length ? `:\n${survivors.join('\n')}` : ''}`)
    return survivors.length ? 1 : 0
  } finally {
    for (let cleanup = cleanups.pop(); cleanup; cleanup = cleanups.pop()) await cleanup()
  }
}

/** @param {string} copy */
function copyCheckout(copy) {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' })
  const files = listed.split('\0').filter(Boolean)
  execFileSync('tar', ['-c', '--null', '--ignore-failed-read', '-T', '-', '-f', path.join(copy, 'files.tar')], {
    cwd: ROOT,
    input: files.join('\0'),
  })
  execFileSync('tar', ['-xf', 'files.tar'], { cwd: copy })
  rmSync(path.join(copy, 'files.tar'))
  execFileSync('cp', [process.platform === 'linux' ? '-al' : '-R', path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules')])
  execFileSync('cp', ['-R', path.join(ROOT, 'lib', 'generated'), path.join(copy, 'lib', 'generated')])
}

/** Puts a switch to every lock of the copy. @param {string} copy @returns {Mutant[]} */
function switchLocks(copy) {
  writeFileSync(path.join(copy, 'lib', 'unguarded.ts'), UNGUARDED)
  const sources = ['lib', 'app', 'components'].flatMap((folder) =>
    readdirSync(path.join(copy, folder), { recursive: true, encoding: 'utf8' }).map((file) => path.join(folder, file)),
  )
  return sources
    .filter(
      (file) =>
        /\.tsx?$/.test(file) && !file.includes('generated') && !['lib/policy.ts', 'lib/scope.ts', 'lib/unguarded.ts'].includes(file),
    )
    .flatMap((file) => switchLocksIn(copy, file))
}

/** @param {string} copy @param {string} file @returns {Mutant[]} */
function switchLocksIn(copy, file) {
  const source = readFileSync(path.join(copy, file), 'utf8')
  /** @type {Mutant[]} */
  const mutants = []
  let mutated = ''
  let done = 0
  for (const match of source.matchAll(LOCK)) {
    const [opening, lock = ''] = match
    if (match.index < done || /function\s$/.test(source.slice(0, match.index))) continue
    const end = closingOf(source, match.index + opening.length)
    const call = source.slice(match.index, end)
    const line = source.slice(0, match.index).split('\n').length
    const place = `${file}:${line}`
    const id = `${place}:${match.index}`
    const aim = aimOf(file, source.slice(0, match.index))
    mutated += source.slice(done, match.index)
    if (lock === 'can') {
      mutated += `(process.env.ATRIUM_MUTANT === '${id}:yes' || (process.env.ATRIUM_MUTANT !== '${id}:no' && ${call}))`
      // what the table opens to everybody can be missed in a page only where it is shut
      if (aim.suite === 'unit' || !OPEN_TO_ALL.test(call)) mutants.push({ name: `${place}  ${call} always yes`, id: `${id}:yes`, ...aim })
      mutants.push({ name: `${place}  ${call} always no`, id: `${id}:no`, ...aim })
    } else {
      mutated += `(process.env.ATRIUM_MUTANT === '${id}' ? import('@/lib/unguarded').then(async (locks) => locks.${call}) : ${call})`
      mutants.push({ name: `${place}  ${call} gone`, id, ...aim })
    }
    done = end
  }
  if (mutants.length) writeFileSync(path.join(copy, file), mutated + source.slice(done))
  return mutants
}

/** @param {string} source @param {number} start just behind an opening parenthesis @returns {number} just behind its closing one */
function closingOf(source, start) {
  let depth = 1
  let at = start
  for (; depth > 0 && at < source.length; at += 1) {
    if (source[at] === '(') depth += 1
    if (source[at] === ')') depth -= 1
  }
  return at
}

/** Which tests are nearest to a lock. @param {string} file @param {string} before @returns {Pick<Mutant, 'suite' | 'args'>} */
function aimOf(file, before) {
  if (file.startsWith('lib/')) {
    const noun = file.split('/')[1] ?? ''
    return { suite: 'unit', args: noun.endsWith('.ts') ? [] : [`tests/lib/${noun}/`] }
  }
  if (/\/(page|route)\.tsx?$/.test(file)) return { suite: 'tenancy', args: ['-t', `the page ${routeOf(file).replace(/[[\]]/g, '\\$&')} `] }
  const action = [...before.matchAll(/export async function (\w+Action)\(/g)].at(-1)?.[1]
  return { suite: 'tenancy', args: action ? ['-t', `the act ${action} `] : [] }
}

/** The address of a page, from where its file is. @param {string} file */
function routeOf(file) {
  const parts = path.dirname(file).split('/').slice(1)
  return `/${parts.filter((part) => !part.startsWith('(')).join('/')}`
}

/**
 * @param {string} copy @param {Mutant[]} mutants @param {{ superuser: string, owner: string, runtime: string }} urls
 * @param {string | undefined} only a part of a name, to try those alone
 * @returns {AsyncGenerator<{ name: string, survives: boolean }>}
 */
async function* tryAll(copy, mutants, urls, only) {
  const wanted = (/** @type {{ name: string }} */ { name }) => !only || name.includes(only)
  const env = { ATRIUM_TEST_DATABASES: JSON.stringify(urls) }
  await requirePass(copy, 'unit', ['tests/lib/doors.test.ts', 'tests/lib/policy'], env)
  for (const { name, weaken, mend } of (await policyMutants(urls.superuser)).filter(wanted)) {
    await query(urls.superuser, weaken) // in the template that every test's own database is copied from
    yield { name, survives: await passes(copy, 'unit', ['tests/lib/doors.test.ts'], env) }
    await query(urls.superuser, mend)
  }
  for (const { name, id, args } of mutants.filter((mutant) => mutant.suite === 'unit' && wanted(mutant))) {
    const settings = { ...env, ATRIUM_MUTANT: id }
    // the quickest first, and when it misses it, those nearest
    yield {
      name,
      survives:
        (await passes(copy, 'unit', ['tests/lib/policy'], settings)) && (!args.length || (await passes(copy, 'unit', args, settings))),
    }
  }
  const served = mutants.filter((mutant) => mutant.suite === 'tenancy' && wanted(mutant))
  if (!served.length) return
  const { build, serveBuild } = await import(pathToFileURL(path.join(copy, 'scripts', 'test-server.mjs')).href)
  await build()
  const { named } = await import('./test-database.mjs')
  await control(copy, serveBuild, urls)
  for (const [n, { name, id, args }] of served.entries()) {
    /** @type {(() => Promise<unknown>)[]} */
    const cleanups = []
    const database = `mutant_${n}`
    const options = { database, env: { ATRIUM_MUTANT: id, ATRIUM_PAST_ALL_LOCKS: named(urls.superuser, database) } }
    const settings = await serveBuild(urls, cleanups, options)
    // those nearest first, and when they miss it, all of them
    const survives = (await passes(copy, 'tenancy', args, settings)) && (!args.length || (await passes(copy, 'tenancy', [], settings)))
    for (let cleanup = cleanups.pop(); cleanup; cleanup = cleanups.pop()) await cleanup()
    yield { name, survives }
  }
}

/** With every lock in place the tests must be green: what is red anyway catches nothing. */
const RED_ANYWAY = 'The tests are red with every lock in place, so they tell nothing of one that is missing. Run npm test first.'

/** @param {string} copy @param {string} suite @param {string[]} args @param {Record<string, string>} env */
async function requirePass(copy, suite, args, env) {
  if (!(await passes(copy, suite, args, env))) throw new Obstacle(RED_ANYWAY)
}

/**
 * @param {string} copy @param {typeof import('./test-server.mjs').serveBuild} serveBuild
 * @param {{ superuser: string, owner: string, runtime: string }} urls
 */
async function control(copy, serveBuild, urls) {
  /** @type {(() => Promise<unknown>)[]} */
  const cleanups = []
  try {
    await requirePass(copy, 'tenancy', [], await serveBuild(urls, cleanups, { database: 'mutant_none' }))
  } finally {
    for (let cleanup = cleanups.pop(); cleanup; cleanup = cleanups.pop()) await cleanup()
  }
}

/**
 * Every way to weaken what the database holds: each policy dropped, or open to all; and row-level security itself.
 * @param {string} superuserUrl
 * @returns {Promise<{ name: string, weaken: string, mend: string }[]>}
 */
async function policyMutants(superuserUrl) {
  const policies = await query(
    superuserUrl,
    `SELECT tablename, policyname, cmd, qual, coalesce(with_check, '') AS held FROM pg_policies WHERE schemaname = 'public' ORDER BY 1, 2`,
  )
  const ofPolicies = policies.flatMap(({ tablename: table = '', policyname = '', cmd = '', qual = '', held = '' }) => {
    const name = `the policy ${policyname} on ${table}`
    const drop = `DROP POLICY ${policyname} ON ${table};`
    const make = (/** @type {string} */ using, /** @type {string} */ check) =>
      `CREATE POLICY ${policyname} ON ${table} FOR ${cmd} USING (${using})${held ? ` WITH CHECK (${check})` : ''};`
    const mutants = [
      { name: `${name}, dropped`, weaken: drop, mend: make(qual, held) },
      { name: `${name}, shows everything`, weaken: drop + make('true', held), mend: drop + make(qual, held) },
    ]
    if (held) mutants.push({ name: `${name}, takes everything`, weaken: drop + make(qual, 'true'), mend: drop + make(qual, held) })
    return mutants
  })
  const ofTables = [...new Set(policies.map(({ tablename }) => tablename))].flatMap((table) =>
    Object.entries({ 'NO FORCE': 'FORCE', DISABLE: 'ENABLE' }).map(([off, on]) => ({
      name: `row-level security of ${table}, ${off}`,
      weaken: `ALTER TABLE ${table} ${off} ROW LEVEL SECURITY`,
      mend: `ALTER TABLE ${table} ${on} ROW LEVEL SECURITY`,
    })),
  )
  return [...ofPolicies, ...ofTables]
}

/** @param {string} url @param {string} sql @returns {Promise<Record<string, string>[]>} */
async function query(url, sql) {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows ?? []
  } finally {
    await client.end() // nobody may be connected to a template that is copied
  }
}

/** @param {string} cwd @param {string} suite @param {string[]} args @param {Record<string, string>} env @returns {Promise<boolean>} */
function passes(cwd, suite, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ['node_modules/vitest/vitest.mjs', 'run', '--project', suite, '--bail', '1', '--reporter=dot', ...args],
      {
        cwd,
        env: { ...process.env, ...env },
        stdio: 'ignore',
      },
    )
    child.once('error', reject)
    child.once('exit', (code) => resolve(code === 0))
  })
}

await runScript(main)
