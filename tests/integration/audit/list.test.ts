import { describe, expect, test } from 'vitest'
import { renameAccount } from '@/lib/accounts/rename'
import { appendPendingEvents } from '@/lib/audit/append-to-chain'
import { listEvents, listOwnEvents, type ShownEvent } from '@/lib/audit/list'
import { auditQuerySchema } from '@/lib/audit/schema'
import type { AccountScope } from '@/lib/scope'
import { asSuperuser } from '../../support/database'
import { EVENT, recordEventAbout } from '../../support/events'
import { memberScope, ownerScope, REQUEST, unique, userScope } from '../../support/people'
import { faultsIn } from '../../support/trails'

const query = (address: Record<string, unknown> = {}) => auditQuerySchema.parse(address)

async function shown(scope: AccountScope, address: Record<string, unknown> = {}): Promise<ShownEvent[]> {
  const page = await listEvents(scope, query(address))
  if (!page) throw new Error('Not shown')
  return page.events
}

const kinds = (events: ShownEvent[]) => events.map(({ kind }) => kind)

/** Inserts events of an account or a user, one per second, the last at `until`. */
async function writeMany(owner: { accountId: string } | { userId: string }, count: number, until = '2026-03-04 00:00:00Z') {
  const [account, user] = 'accountId' in owner ? [owner.accountId, null] : [null, owner.userId]
  await asSuperuser(
    `INSERT INTO audit_events (account_id, user_id, id, kind, target, created_at)
     SELECT $1, $2, gen_random_uuid(), '${EVENT}', 'n' || n, $4::timestamptz - ($3::int - n) * interval '1 s' FROM generate_series(1, $3::int) n`,
    [account, user, count, until],
  )
}

describe('listEvents', () => {
  test('lists events newest first, with actor, target, and request', async () => {
    const owner = await ownerScope()
    await renameAccount(owner, { accountName: `${owner.account.name} again` }, REQUEST)
    const [newest, first] = await shown(owner)
    expect(newest).toMatchObject({
      kind: 'account.renamed',
      target: `${owner.account.name} again`,
      details: { from: owner.account.name },
      actorId: owner.user.id,
      email: owner.user.email,
      isMember: true,
      ip: REQUEST.ip,
      userAgent: REQUEST.userAgent,
    })
    expect(first?.kind).toBe('account.created')
  })

  // ASVS 8.4.1
  test('lists no events of another account, even if they share a member', async () => {
    const [mine, theirs] = [await ownerScope(), await ownerScope()]
    await asSuperuser(`INSERT INTO memberships (account_id, user_id, role) VALUES ($1, $2, 'OWNER')`, [mine.account.id, theirs.user.id])
    await recordEventAbout('Elsewhere', theirs)
    expect(kinds(await shown(mine))).toEqual(['account.created'])
    expect(await shown(mine, { person: theirs.user.email })).toEqual([])
  })

  test('filters by user (email in any case, or id) and by kind', async () => {
    const owner = await ownerScope()
    const admin = await memberScope(owner, 'ADMIN')
    await recordEventAbout('Bridge', owner)
    await recordEventAbout('Tunnel', admin)
    for (const person of [admin.user.email, ` ${admin.user.email.toUpperCase()} `, admin.user.id]) {
      expect((await shown(owner, { person })).map(({ target }) => target)).toEqual(['Tunnel'])
    }
    expect((await shown(owner, { kind: EVENT })).map(({ target }) => target)).toEqual(['Tunnel', 'Bridge'])
    expect((await shown(owner, { kind: EVENT, person: owner.user.email })).map(({ target }) => target)).toEqual(['Bridge'])
    for (const person of ['unknown@example.com', 'admin', '%']) expect(await shown(owner, { person })).toEqual([])
  })

  test('filters by days in UTC, first and last day included', async () => {
    const owner = await ownerScope()
    const at = async (moment: string) => writeMany({ accountId: owner.account.id }, 1, moment)
    for (const moment of ['2026-02-28 23:59:59.999Z', '2026-03-01 00:00:00Z', '2026-03-02 23:59:59.999Z', '2026-03-03 00:00:00Z'])
      await at(moment)
    const days = { from: '2026-03-01', to: '2026-03-02' }
    const times = async (address: object) => (await shown(owner, { kind: EVENT, ...address })).map(({ at }) => at.toISOString())
    expect(await times(days)).toEqual(['2026-03-02T23:59:59.999Z', '2026-03-01T00:00:00.000Z'])
    expect(await times({ from: '2026-03-03' })).toEqual(['2026-03-03T00:00:00.000Z'])
    expect(await times({ to: '2026-02-28' })).toEqual(['2026-02-28T23:59:59.999Z'])
    expect(await times({ from: '2026-03-02', to: '2026-03-01' })).toEqual([])
  })

  test('shows each event on one page, even if many have the same time and more are added in between', async () => {
    const owner = await ownerScope()
    await asSuperuser(
      `INSERT INTO audit_events (account_id, id, kind, created_at) SELECT $1, gen_random_uuid(), 'x', '2026-01-01T00:00:00.123Z' FROM generate_series(1, 130) n`,
      [owner.account.id],
    )
    const walked: string[] = []
    let pages = 0
    for (let after: string | undefined, isFirst = true; isFirst || after; isFirst = false) {
      const page = await listEvents(owner, query({ after }))
      walked.push(...(page?.events.map(({ id }) => id) ?? []))
      after = page?.next
      pages += 1
      await recordEventAbout(`While ${pages}`, owner)
    }
    expect([pages, walked.length, new Set(walked).size]).toEqual([3, 131, 131])
  })

  // ASVS 8.2.3
  test('shows a former member and a deleted user under their names at the time, and nothing newer', async () => {
    const owner = await ownerScope()
    const [left, gone] = [await memberScope(owner, 'ADMIN'), await memberScope(owner, 'ADMIN')]
    for (const { user } of [left, gone]) await asSuperuser(`UPDATE users SET name = 'Then' WHERE id = $1`, [user.id])
    for (const scope of [left, gone]) await recordEventAbout(scope.user.email, scope)
    await asSuperuser('DELETE FROM memberships WHERE user_id = $1', [left.user.id])
    const later = `${unique('later')}@example.com`
    await asSuperuser(`UPDATE users SET email = $2, name = 'Now' WHERE id = $1`, [left.user.id, later])
    await asSuperuser('DELETE FROM users WHERE id = $1', [gone.user.id])
    const [ofGone, ofLeft] = await shown(owner)
    expect(ofLeft).toMatchObject({ email: left.user.email, name: 'Then', isMember: false })
    expect(ofGone).toMatchObject({ actorId: gone.user.id, email: gone.user.email, name: 'Then', isMember: false })
    for (const { user } of [left, gone])
      for (const person of [user.id, user.email]) expect(await shown(owner, { person })).toMatchObject([{ email: user.email }])
    expect(await shown(owner, { person: later })).toEqual([])
    await appendPendingEvents()
    expect((await faultsIn({ accountId: owner.account.id })).faults).toEqual([])
  })

  test('shows a member under an earlier email, and finds their events by both', async () => {
    const owner = await ownerScope()
    const admin = await memberScope(owner, 'ADMIN')
    await recordEventAbout('Bridge', admin)
    const later = `${unique('later')}@example.com`
    await asSuperuser('UPDATE users SET email = $2 WHERE id = $1', [admin.user.id, later])
    await recordEventAbout('Tunnel', admin)
    for (const person of [admin.user.email, later])
      expect((await shown(owner, { person })).map(({ target, email }) => [target, email])).toEqual([
        ['Tunnel', later],
        ['Bridge', admin.user.email],
      ])
  })

  test('shows no email for events that predate its confirmation, once the actor has left', async () => {
    const owner = await ownerScope()
    const admin = await memberScope(owner, 'ADMIN')
    await asSuperuser('UPDATE users SET email_verified_at = NULL WHERE id = $1', [admin.user.id])
    await recordEventAbout('Bridge', admin)
    expect((await shown(owner))[0]).toMatchObject({ email: null, name: null, isMember: true })
    await asSuperuser('UPDATE users SET email_verified_at = now() WHERE id = $1', [admin.user.id])
    expect((await shown(owner))[0]).toMatchObject({ email: admin.user.email, isMember: true })
    await asSuperuser('DELETE FROM memberships WHERE user_id = $1', [admin.user.id])
    expect((await shown(owner))[0]).toMatchObject({ actorId: admin.user.id, email: null, name: null, isMember: false })
  })
})

test("listOwnEvents lists only the user's trail, and filters it the same way", async () => {
  const [mine, theirs] = [await ownerScope(), await ownerScope()]
  const scope = await userScope(mine.user.id)
  const own = await listOwnEvents(scope, query())
  expect(kinds(own.events)).toEqual(['session.started', 'session.started', 'session.started'])
  expect(own.events.every(({ actorId }) => actorId === mine.user.id)).toBe(true)
  expect((await listOwnEvents(scope, query({ kind: 'session.refused' }))).events).toEqual([])
  expect((await listOwnEvents(scope, query({ person: theirs.user.id }))).events).toEqual([])
  await writeMany({ userId: mine.user.id }, 60)
  const first = await listOwnEvents(scope, query())
  const second = await listOwnEvents(scope, query({ after: first.next }))
  expect([first.events.length, second.events.length, second.next]).toEqual([50, 13, undefined])
})

describe('an invalid query', () => {
  test.each([
    { person: 'x\0' },
    { person: ['a@example.com', 'b@example.com'] },
    { person: 'x'.repeat(5000) },
    { kind: "' OR 1=1" },
    { kind: 'nothing.like-it' },
    { from: '2026-02-30' },
    { from: '0000-01-01', to: 'tomorrow' },
    { to: '99999-01-01' },
    { after: '1' },
    { after: '999999999999999.00000000-0000-0000-0000-000000000000' },
    { after: `-1.${'0'.repeat(36)}` },
    { after: { at: 1 } },
  ])('%j is ignored', async (address) => {
    const owner = await ownerScope()
    expect(kinds(await shown(owner, address as Record<string, unknown>))).toEqual(['account.created'])
  })
})
