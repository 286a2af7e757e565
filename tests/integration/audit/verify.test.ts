import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { appendPendingEvents } from '@/lib/audit/append-to-chain'
import { HASHED_COLUMNS } from '@/lib/audit/chain.mjs'
import type { AccountScope } from '@/lib/scope'
import { asSuperuser } from '../../support/database'
import { ownerScope } from '../../support/people'
import { chainedTrail, chainOf, faultsIn, runVerify, writeEvents } from '../../support/trails'

let scope: AccountScope
let id: string
beforeEach(async () => {
  scope = await chainedTrail()
  id = scope.account.id
})
// remove what was tampered with before the next test
afterEach(async () => {
  await asSuperuser('DELETE FROM accounts')
  await asSuperuser('DELETE FROM audit_trails WHERE retained_since IS NOT NULL')
})

const folder = mkdtempSync(path.join(tmpdir(), 'atrium-heads-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const THIRD = '(SELECT event_id FROM audit_chain WHERE trail_id = $1 AND position = 3)'
const faults = async () => (await faultsIn({ accountId: id })).faults

/** For each column, a minimal change: a letter, a millisecond, another id. */
const CHANGES: Record<string, string> = {
  trail_id: 'account_id = (SELECT id FROM accounts WHERE id <> $1 LIMIT 1)', // it is computed from these two
  id: 'id = gen_random_uuid()',
  account_id: 'account_id = (SELECT id FROM accounts WHERE id <> $1 LIMIT 1)',
  user_id: 'account_id = NULL, user_id = (SELECT id FROM users LIMIT 1)',
  actor_id: 'actor_id = gen_random_uuid()',
  actor_email: "actor_email = overlay(actor_email PLACING 'M' FROM 1 FOR 1)",
  actor_name: "actor_name = overlay(actor_name PLACING 'M' FROM 1 FOR 1)",
  kind: "kind = overlay(kind PLACING 'A' FROM 1 FOR 1)",
  target: "target = overlay(target PLACING 'M' FROM 1 FOR 1)",
  target_id: 'target_id = gen_random_uuid()',
  details: `details = jsonb_set(details, '{from}', to_jsonb(overlay(details ->> 'from' PLACING 'M' FROM 1 FOR 1)))`,
  ip: "ip = overlay(ip PLACING '8' FROM length(ip) FOR 1)",
  user_agent: "user_agent = overlay(user_agent PLACING 'a' FROM 1 FOR 1)",
  created_at: "created_at = created_at + interval '1 ms'",
}

describe('a change to one event', () => {
  test('is tested for every column, and every column is hashed', async () => {
    const columns = await asSuperuser<{ name: string }>(
      `SELECT attname::text AS name FROM pg_attribute WHERE attrelid = 'audit_events'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY 1`,
    )
    expect(Object.keys(CHANGES).sort()).toEqual(columns.map(({ name }) => name))
    expect([...HASHED_COLUMNS].sort()).toEqual(columns.map(({ name }) => name))
  })

  // ASVS 11.4.3, 16.4.2
  test.each(Object.entries(CHANGES))('in %s is found, with its position', async (_, change) => {
    await ownerScope()
    expect(await faults()).toEqual([])
    const changed = await asSuperuser(`UPDATE audit_events SET ${change} WHERE trail_id = $1 AND id = ${THIRD} RETURNING id`, [id])
    expect(changed).toHaveLength(1)
    expect((await faults()).some((fault) => fault.startsWith('position 3: '))).toBe(true)
    expect((await faults()).every((fault) => !/position [1245]:/.test(fault))).toBe(true)
  })

  test.each(['actor_id', 'actor_email', 'actor_name', 'target', 'target_id', 'ip', 'user_agent'])(
    'that sets %s to NULL is found',
    async (column) => {
      await asSuperuser(`UPDATE audit_events SET ${column} = NULL WHERE trail_id = $1 AND id = ${THIRD}`, [id])
      expect(await faults()).toHaveLength(1)
    },
  )
})

describe('verifying', () => {
  test('finds nothing in unchanged trails of an account and of a user, and counts their events', async () => {
    expect(await faultsIn({ accountId: id })).toMatchObject({ events: 5, faults: [] })
    expect(await faultsIn({ userId: scope.user.id })).toMatchObject({ events: 2, faults: [] })
    expect(await runVerify()).toMatchObject({ code: 0, output: expect.stringContaining('unchanged.') })
  })

  // ASVS 16.4.2
  test('finds a deleted event, in the middle and at the end', async () => {
    const [, second, , , fifth] = await chainOf(id)
    await asSuperuser('DELETE FROM audit_events WHERE id = ANY ($1)', [[second?.event, fifth?.event]])
    expect(await faults()).toEqual([
      `position 2: its event ${second?.event} is missing`,
      `position 5: its event ${fifth?.event} is missing`,
    ])
  })

  test('finds an event that was deleted with its entry', async () => {
    const [, , third] = await chainOf(id)
    await asSuperuser('DELETE FROM audit_events WHERE id = $1', [third?.event])
    await asSuperuser('DELETE FROM audit_chain WHERE event_id = $1', [third?.event])
    expect(await faults()).toEqual(['entries are missing between position 2 and 4', expect.stringMatching(/^position 4: .* was changed$/)])
  })

  test('finds a deleted event and entry if the later entries moved up', async () => {
    const [, , third] = await chainOf(id)
    await asSuperuser('DELETE FROM audit_events WHERE id = $1', [third?.event])
    await asSuperuser('DELETE FROM audit_chain WHERE event_id = $1', [third?.event])
    for (const position of [4, 5])
      await asSuperuser('UPDATE audit_chain SET position = position - 1 WHERE trail_id = $1 AND position = $2', [id, position])
    expect(await faults()).toEqual([expect.stringMatching(/^position 3: .* was changed$/)])
  })

  test('finds two entries that were swapped', async () => {
    const move = (from: number, to: number) =>
      asSuperuser('UPDATE audit_chain SET position = $3 WHERE trail_id = $1 AND position = $2', [id, from, to])
    await move(2, 99)
    await move(3, 2)
    await move(99, 3)
    expect((await faults()).map((fault) => fault.slice(0, 11))).toEqual(['position 2:', 'position 3:', 'position 4:'])
  })

  test('finds an inserted entry', async () => {
    for (const position of [5, 4, 3])
      await asSuperuser('UPDATE audit_chain SET position = position + 1 WHERE trail_id = $1 AND position = $2', [id, position])
    const [event] = await asSuperuser<{ id: string }>(
      `INSERT INTO audit_events (account_id, id, kind) VALUES ($1, gen_random_uuid(), 'x') RETURNING id`,
      [id],
    )
    await asSuperuser(`INSERT INTO audit_chain (account_id, position, event_id, hash) VALUES ($1, 3, $2, sha256('x'))`, [id, event?.id])
    expect((await faults()).map((fault) => fault.slice(0, 11))).toEqual(['position 3:', 'position 4:'])
  })

  test('finds an entry that was changed or deleted', async () => {
    await asSuperuser('UPDATE audit_chain SET hash = set_byte(hash, 31, 255 - get_byte(hash, 31)) WHERE trail_id = $1 AND position = 2', [
      id,
    ])
    expect((await faults()).map((fault) => fault.slice(0, 11))).toEqual(['position 2:', 'position 3:'])
    await asSuperuser('DELETE FROM audit_chain WHERE trail_id = $1 AND position = 2', [id])
    expect((await faults())[0]).toBe('entries are missing between position 1 and 3')
  })

  test.each([
    ['4 minutes 50 seconds', 0],
    ['5 minutes 1 second', 1],
  ])('reports an event that is not in the chain after %s: %i', async (age, found) => {
    await asSuperuser(
      `INSERT INTO audit_events (account_id, id, kind, created_at) VALUES ($1, gen_random_uuid(), 'x', now() - $2::interval)`,
      [id, age],
    )
    expect(await faults()).toHaveLength(found)
    await appendPendingEvents()
    expect(await faults()).toEqual([])
  })

  test('finds an event that was never pending, and one that was deleted while pending', async () => {
    await writeEvents(scope, 2)
    const pending = await asSuperuser<{ event: string }>('SELECT event_id AS event FROM audit_pending WHERE trail_id = $1 ORDER BY 1', [id])
    await asSuperuser('DELETE FROM audit_pending WHERE event_id = $1', [pending[0]?.event])
    await asSuperuser(`UPDATE audit_events SET created_at = now() - interval '6 minutes' WHERE id = $1`, [pending[0]?.event])
    await asSuperuser('DELETE FROM audit_events WHERE id = $1', [pending[1]?.event])
    await appendPendingEvents()
    expect(await faults()).toEqual([
      `the event ${pending[0]?.event} is older than 5 minutes and not in the chain`,
      `the event ${pending[1]?.event} was deleted before it joined the chain`,
    ])
  })

  test('reports at most twenty faults of a trail, and the number of others', async () => {
    await writeEvents(scope, 20)
    await appendPendingEvents()
    await asSuperuser(`UPDATE audit_events SET target = 'x' WHERE trail_id = $1`, [id])
    const found = await faults()
    expect([found.length, found.at(-1)]).toEqual([21, 'and 5 more'])
  })
})

describe('npm run audit:verify', () => {
  const cutOff = async () => {
    await asSuperuser('DELETE FROM audit_events WHERE id = (SELECT event_id FROM audit_chain WHERE trail_id = $1 AND position = 5)', [id])
    await asSuperuser('DELETE FROM audit_chain WHERE trail_id = $1 AND position = 5', [id])
  }

  test('reports the trail and the position, and exits with 1', async () => {
    await asSuperuser(`UPDATE audit_events SET ip = '::1' WHERE trail_id = $1 AND id = ${THIRD}`, [id])
    const file = path.join(folder, 'never')
    const { code, output } = await runVerify(['--heads', file])
    expect(code).toBe(1)
    expect(output).toMatch(new RegExp(`^account ${id}: position 3: `, 'm'))
    expect(output).toContain('CHANGED.')
    expect(output).toContain('is not written')
    expect(() => readFileSync(file)).toThrow(/ENOENT/)
  })

  test('detects a truncated trail only with a file of heads, and says so without one', async () => {
    const file = path.join(folder, 'heads')
    expect((await runVerify(['--heads', file])).code).toBe(0)
    await writeEvents(scope, 1)
    await appendPendingEvents()
    expect((await runVerify(['--since', file])).code).toBe(0) // a trail may grow
    await asSuperuser('DELETE FROM audit_events WHERE id = (SELECT event_id FROM audit_chain WHERE trail_id = $1 AND position = 6)', [id])
    await asSuperuser('DELETE FROM audit_chain WHERE trail_id = $1 AND position = 6', [id])
    await cutOff()
    const inside = await runVerify()
    expect([inside.code, inside.output.includes('cannot show whether the end of a trail was cut off')]).toEqual([0, true])
    const compared = await runVerify(['--since', file])
    expect(compared.code).toBe(1)
    expect(compared.output).toContain(`account ${id}: its end is cut off: the file of heads has position 5, and the last entry is 4`)
  })

  test('detects a rebuilt chain only with a file of heads', async () => {
    const file = path.join(folder, 'rebuilt')
    await runVerify(['--heads', file])
    await asSuperuser(`UPDATE audit_events SET ip = '::1' WHERE trail_id = $1 AND id = ${THIRD}`, [id])
    await asSuperuser('DELETE FROM audit_chain WHERE trail_id = $1', [id])
    await asSuperuser('INSERT INTO audit_pending SELECT trail_id, id FROM audit_events WHERE trail_id = $1', [id])
    await appendPendingEvents()
    expect((await runVerify()).code).toBe(0)
    const compared = await runVerify(['--since', file])
    expect([compared.code, compared.output.includes(`account ${id}: position 5: the entry differs from the file of heads`)]).toEqual([
      1,
      true,
    ])
  })

  test('accepts a missing trail only if its account is gone', async () => {
    const file = path.join(folder, 'gone')
    const other = await chainedTrail()
    await runVerify(['--heads', file])
    await asSuperuser('DELETE FROM accounts WHERE id = $1', [other.account.id])
    expect(await runVerify(['--since', file])).toMatchObject({ code: 0, output: expect.not.stringContaining('were deleted') }) // retained
    await asSuperuser('DELETE FROM audit_trails WHERE id = $1', [other.account.id])
    const erased = await runVerify(['--since', file])
    expect([erased.code, erased.output.includes('1 trails of the file of heads were deleted with their account or user.')]).toEqual([
      0,
      true,
    ])
    await asSuperuser('DELETE FROM audit_trails WHERE id = $1', [id])
    const hidden = await runVerify(['--since', file])
    expect([hidden.code, hidden.output.includes(`trail ${id}: it is in the file of heads and missing`)]).toEqual([1, true])
  })

  test('finds a missing trail of an account or a user without a file of heads', async () => {
    const other = await chainedTrail()
    expect((await runVerify()).output).not.toContain(other.user.id)
    await asSuperuser('DELETE FROM audit_trails WHERE id = ANY($1)', [[other.account.id, other.user.id]])
    const { code, output } = await runVerify()
    expect(code).toBe(1)
    expect(output).toContain(`account ${other.account.id}: has no trail`)
    expect(output).toContain(`user ${other.user.id}: has no trail`)
    await asSuperuser('DELETE FROM accounts WHERE id = $1', [other.account.id])
    await asSuperuser('DELETE FROM users WHERE id = $1', [other.user.id])
  })

  test('exits with 1 and prints one line if the file does not exist', async () => {
    const { code, output } = await runVerify(['--since', path.join(folder, 'none')])
    expect([code, output.trim().split('\n').length]).toEqual([1, 1])
  })
})
