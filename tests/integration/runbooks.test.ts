import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { appendPendingEvents } from '@/lib/audit/append-to-chain'
import { copyTemplate, named } from '../run/databases.mjs'
import { asSuperuser } from '../support/database'
import { invite } from '../support/invitations'
import { ownerScope, unique } from '../support/people'
import { insertResources } from '../support/resources'

// Runs the commands of the guides for operators on a temporary database.

const ROOT = path.resolve(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8')
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }

/** Commands that need running servers, and have their own tests. */
const ELSEWHERE = ['test:cluster', 'test:recovery', 'doctor', 'report:isolation'] // npm run test:cluster, tests/integration/doctor.test.ts, npm run test:isolation

/** Returns the commands of a guide once each, in their order. */
function commandsIn(guide: string, pattern: RegExp): string[] {
  const found = [...read(guide).matchAll(pattern)].map(([, command = '']) => command)
  return [...new Set(found)].filter((command) => !ELSEWHERE.includes(command.split(' ')[0] ?? ''))
}

/** Runs an npm script with the values of this test in place of the guide's examples. */
async function run(command: string, examples: Record<string, string | string[]>, env: Record<string, string>) {
  const [name = '', ...words] = command.replaceAll("'", '').split(' ')
  const args = words.filter((word) => word !== '--').flatMap((word) => examples[word] ?? word)
  if (name === 'db:backup' && !args.includes('--to')) args.push('--to', String(examples['/backups/atrium.backup']))
  const [, ...script] = (scripts[name] ?? '').split(' ')
  const child = spawn(process.execPath, [...script, ...args], { cwd: ROOT, env: { ...process.env, ...env } })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, output }
}

async function emptyDatabase(superuser: string): Promise<string> {
  const name = unique('restored').toLowerCase().replace(/\W/g, '_')
  await copyTemplate(superuser, name)
  return name
}

describe('the commands of a guide', () => {
  // ASVS 7.4.5, 16.4.2
  test.each([
    ['docs/guide/backup.md', /^npm run (.+)$/gm, 4],
    ['docs/guide/runbooks.md', /`npm run ([^`]+)`/g, 10],
  ])('%s', { timeout: 120_000 }, async (guide, pattern, count) => {
    const scope = await ownerScope()
    await invite(scope)
    await insertResources(scope)
    await appendPendingEvents()
    const { superuser, owner } = { superuser: process.env.DATABASE_SUPERUSER_URL ?? '', owner: process.env.DATABASE_OWNER_URL ?? '' }
    const [target, scratch] = [await emptyDatabase(superuser), await emptyDatabase(superuser)]
    const [{ slug = '', email = '' } = {}] = await asSuperuser<{ slug: string; email: string }>(
      'SELECT slug, email FROM accounts, users WHERE accounts.id = $1 AND users.id = $2',
      [scope.account.id, scope.user.id],
    )
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'atrium-runbook-')), 'atrium.backup')
    const examples = {
      'ada@example.com': email,
      'heron-press': slug,
      '<id>': scope.account.id,
      '/backups/atrium.backup': file,
      '--verify': ['--scratch', named(owner, scratch)], // does not start its own PostgreSQL, as npm run test:recovery does
      'postgresql://atrium_owner:password@db.example.com:5432/restored?sslmode=verify-full': named(owner, target),
    }
    const env = { BACKUP_DATABASE_URL: superuser, BACKUP_KEY: `${'k3y'.repeat(12)}` }
    const commands = commandsIn(guide, pattern)
    expect(commands).toHaveLength(count)
    for (const command of commands) {
      const { code, output } = await run(command, examples, env)
      expect(code, `npm run ${command}\n${output}`).toBe(0)
    }
  })
})
