import { describe, expect, test } from 'vitest'
import { exportEvents } from '@/lib/audit/export'
import { auditQuerySchema } from '@/lib/audit/schema'
import { csvLine } from '@/lib/http/csv'
import type { AccountScope } from '@/lib/scope'
import { asSuperuser } from '../../support/database'
import { EVENT, recordEventAbout } from '../../support/events'
import { memberScope, ownerScope, REQUEST } from '../../support/people'
import { unwrap } from '../../support/unwrap'

async function exported(scope: AccountScope, address: Record<string, unknown> = {}): Promise<string[][]> {
  let text = ''
  for await (const piece of unwrap(await exportEvents(scope, auditQuerySchema.parse(address), REQUEST))) text += piece
  return read(text)
}

/** Parses CSV (RFC 4180). */
function read(text: string): string[][] {
  expect(text.endsWith('\r\n')).toBe(true)
  return text
    .slice(0, -2)
    .split(/\r\n(?=(?:[^"]*"[^"]*")*[^"]*$)/)
    .map((line) => [...line.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map(([, cell = '']) => cell.replaceAll('""', '"')))
}

describe('csvLine', () => {
  // ASVS 1.2.10
  test.each([
    ['=1+1', `"'=1+1"`],
    ['+1', `"'+1"`],
    ['-1', `"'-1"`],
    ['@SUM(A1)', `"'@SUM(A1)"`],
    ['\t=1', `"'\t'=1"`],
    ['\r=1', `"'\r=1"`],
    ['\n=1', `"'\n=1"`],
    ['＝1+1', `"'＝1+1"`],
    ['"=1+1', '"""=1+1"'],
    ['a,b;c\nd', '"a,b;c\nd"'],
    ['say "no"', '"say ""no"""'],
    ['a=1', '"a=1"'],
    ['a;=1+1', `"a;'=1+1"`],
    ['a; "@SUM(A1)', `"a; ""'@SUM(A1)"`],
    ['a\t-1;+1', `"a\t'-1;'+1"`],
    ['a; b=1', '"a; b=1"'],
    ['', '""'],
  ])('writes %j as text, never as a formula', (cell, line) => {
    expect(csvLine([cell])).toBe(`${line}\r\n`)
  })

  test('writes the cells in order, and null as an empty cell', () => {
    expect(csvLine(['a', null, 'c'])).toBe('"a","","c"\r\n')
  })
})

describe('exportEvents', () => {
  test('writes a header and one line per event, newest first, including its own', async () => {
    const owner = await ownerScope()
    const name = '=HYPERLINK("http://example.com", "Bridge")'
    await recordEventAbout(name, owner)
    const [heading = [], ...lines] = await exported(owner)
    const column = (title: string) => lines.map((line) => line[heading.indexOf(title)])
    expect(column('Type')).toEqual(['Audit exported', 'Invitation revoked', 'Account created'])
    expect(column('Target')[1]).toBe(`'${name}`)
    expect(column('Event')[1]).toBe(`Revoked the invitation to “${name}”`)
    expect(column('Email')).toEqual(Array(3).fill(owner.user.email))
    expect(column('IP address')).toEqual(Array(3).fill(REQUEST.ip))
    expect(column('Time (UTC)')[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    for (const line of [heading, ...lines]) expect(line).toHaveLength(heading.length)
  })

  // ASVS 8.2.3
  test('shows a former member under their name at the time', async () => {
    const owner = await ownerScope()
    const admin = await memberScope(owner, 'ADMIN')
    await recordEventAbout('Bridge', admin)
    await asSuperuser('DELETE FROM memberships WHERE user_id = $1', [admin.user.id])
    await asSuperuser(`UPDATE users SET email = 'new-job@example.com', name = 'New Name' WHERE id = $1`, [admin.user.id])
    const text = JSON.stringify(await exported(owner))
    expect(text).toContain(admin.user.email)
    expect(text).not.toMatch(/new-job|New Name/)
  })

  test('applies its filters, and records them', async () => {
    const owner = await ownerScope()
    await recordEventAbout('Bridge', owner)
    const [, ...lines] = await exported(owner, { kind: EVENT, person: owner.user.email, after: '1.x' })
    expect(lines).toHaveLength(1)
    const [event] = await asSuperuser(
      `SELECT details, actor_id AS actor, ip FROM audit_events WHERE account_id = $1 AND kind = 'audit.exported'`,
      [owner.account.id],
    )
    expect(event).toEqual({ details: { kind: EVENT, person: owner.user.email }, actor: owner.user.id, ip: REQUEST.ip })
  })

  test.each([999, 1000, 1001, 2300])('contains each of %i events once', async (count) => {
    const owner = await ownerScope()
    await asSuperuser(
      `INSERT INTO audit_events (account_id, id, kind, created_at) SELECT $1, gen_random_uuid(), '${EVENT}', '2026-01-01' FROM generate_series(1, $2::int)`,
      [owner.account.id, count],
    )
    const [, ...lines] = await exported(owner, { kind: EVENT })
    expect([lines.length, new Set(lines.map((line) => line.at(-1))).size]).toEqual([count, count])
  })

  // ASVS 8.4.1
  test('contains nothing of another account', async () => {
    const [mine, theirs] = [await ownerScope(), await ownerScope()]
    await recordEventAbout('Elsewhere', theirs)
    const text = JSON.stringify(await exported(mine))
    for (const word of ['Elsewhere', theirs.user.email, theirs.account.id, theirs.account.name]) expect(text).not.toContain(word)
  })

  test('fails when the account is deleted during the export', async () => {
    const owner = await ownerScope()
    const pieces = unwrap(await exportEvents(owner, {}, REQUEST))
    await pieces.next()
    await asSuperuser('UPDATE accounts SET deleted_at = now() WHERE id = $1', [owner.account.id])
    await expect(pieces.next()).rejects.toThrow()
  })
})
