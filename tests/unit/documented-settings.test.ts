import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { LIMITS } from '@/lib/http/limits/table'
import { CONCURRENT_JOBS, EXPORT_CONNECTIONS } from '@/lib/platform/db'
import { parseEnv } from '@/lib/platform/env'

// Compares the numbers in documents with the code.

const read = (file: string) => readFileSync(path.join(import.meta.dirname, '../..', file), 'utf8')

/** The settings without any that is optional. */
const DEFAULTS = Object.entries(
  parseEnv({ DATABASE_URL: 'postgresql://localhost/none', ...pick('AUTH_SECRET', 'PASSWORD_PEPPER', 'FACTOR_KEY') }),
).filter(([name, value]) => ['number', 'string'].includes(typeof value) && !/_URL$|^NODE_ENV|^MAIL_FROM|^SUPPORT/.test(name))

function pick(...names: string[]): Record<string, string | undefined> {
  return Object.fromEntries(names.map((name) => [name, process.env[name]]))
}

test('.env.example names the default of each setting that has one', () => {
  const paragraphs = read('.env.example').split('\n\n')
  for (const [name, value] of DEFAULTS) {
    const paragraph = paragraphs.find((text) => text.includes(`\n# ${name}=`)) ?? ''
    expect(paragraph.replace(/\n# /g, ' '), name).toContain(`Default: ${value}.`)
  }
})

test('the README names the default of each setting that has one', () => {
  const rows = new Map([...read('README.md').matchAll(/^\| `([A-Z_]+)` +\| (.*?) +\|/gm)].map(([, name, value]) => [name, value]))
  for (const [name, value] of DEFAULTS) expect(rows.get(name), name).toBe(`\`${value}\``)
})

test('the README and .env.example have the same settings', () => {
  const given = [...read('.env.example').matchAll(/^# ([A-Z][A-Z_]+)=/gm)].map(([, name = '']) => name)
  const listed = [...read('README.md').matchAll(/^\| ((?:`[A-Z_]+`(?:, )?)+) /gm)].flatMap(([, names = '']) =>
    names.replaceAll('`', '').split(', '),
  )
  expect(listed.sort()).toEqual(given.filter((name) => name !== 'NODE_ENV').sort()) // the scripts set it
})

test('the documents count the connections that a server opens besides DATABASE_POOL_SIZE', () => {
  const more = EXPORT_CONNECTIONS + CONCURRENT_JOBS
  expect(read('.env.example')).toContain(`A server opens up to ${more} more for exports and jobs, and its worker ${CONCURRENT_JOBS + 1}.`)
  expect(read('deploy/pgbouncer.ini')).toContain(`DATABASE_POOL_SIZE + ${more} connections`)
  const readme = `${EXPORT_CONNECTIONS} for exports and other slow requests, and ${CONCURRENT_JOBS} for jobs. The worker adds ${CONCURRENT_JOBS + 1}.`
  expect(read('README.md')).toContain(readme)
})

test('the guide on limits has each limit with its number, and no other', () => {
  const rows = new Map<string, string>()
  let name = ''
  for (const [, cell = '', allows = ''] of read('docs/guide/limits.md').matchAll(/^\| (`[a-z-]+`| ) +\| .*? \| (.*?) *\|$/gm)) {
    name = cell.trim().replaceAll('`', '') || name
    rows.set(name, `${rows.get(name) ?? ''} ${allows}`)
  }
  expect([...rows.keys()].sort()).toEqual(Object.keys(LIMITS).sort())
  for (const [limit, counters] of Object.entries(LIMITS))
    for (const { points } of Object.values(counters))
      expect(rows.get(limit), limit).toMatch(new RegExp(`(^|\\s)${points.toLocaleString('en-US')}\\s`))
})
