import { describe, expect, test } from 'vitest'
import { createOwnAccount } from '@/lib/accounts/accounts'
import { deleteAccount, restoreAccount } from '@/lib/accounts/deletion'
import { eraseAccount } from '@/lib/accounts/erase'
import { readHome } from '@/lib/accounts/home'
import { conflict, forbidden, invalid, recentAuth } from '@/lib/outcome'
import { type AccountScope, scopeOf } from '@/lib/session-scope'
import { asSuperuser, NOW } from '../../support/database'
import { memberScope, ownerScope, REQUEST } from '../../support/people'

const DAYS_30 = '720 hours'

/** Deletes the account as its owner does. */
async function deleteAsOwner(scope: AccountScope) {
  expect(await deleteAccount(scope, { confirmation: scope.account.name }, REQUEST)).toMatchObject({ status: 'ok' })
}

/** Changes the time of deletion so that the 30 days end after the interval `left`. */
async function moveEnd({ account }: AccountScope, left: string) {
  await asSuperuser(`UPDATE accounts SET deleted_at = ${NOW} - interval '${DAYS_30}' + $2::interval WHERE id = $1`, [account.id, left])
}

async function isDeleted({ account }: AccountScope): Promise<boolean | undefined> {
  const [row] = await asSuperuser<{ gone: boolean }>('SELECT deleted_at IS NOT NULL AS gone FROM accounts WHERE id = $1', [account.id])
  return row?.gone
}

async function kindsIn({ account }: AccountScope): Promise<string[]> {
  const rows = await asSuperuser<{ kind: string }>('SELECT kind FROM audit_events WHERE account_id = $1 ORDER BY id', [account.id])
  return rows.map(({ kind }) => kind)
}

const NOT_RESTORABLE = conflict('account-not-restorable')

describe('deleteAccount', () => {
  // ASVS 8.3.2
  test('closes the account to all its members at the next request, and no other account', async () => {
    const [owner, other] = [await ownerScope(), await ownerScope()]
    const member = await memberScope(owner, 'MEMBER')
    await deleteAsOwner(owner)
    for (const scope of [owner, member]) {
      expect((await scopeOf(scope.session.id, owner.account.slug))?.scope).not.toHaveProperty('account')
      expect((await readHome(scope, REQUEST)).accounts).toEqual([])
    }
    expect((await scopeOf(other.session.id, other.account.slug))?.scope).toHaveProperty('account')
    expect(await kindsIn(owner)).toEqual(['account.created', 'account.deleted'])
  })

  test('schedules the erasure for the time when the account can no longer be restored', async () => {
    const owner = await ownerScope()
    await deleteAsOwner(owner)
    const [job] = await asSuperuser(
      `SELECT run_at = (SELECT deleted_at + interval '${DAYS_30}' FROM accounts WHERE id = $1) AS "isEnd"
         FROM graphile_worker._private_jobs JOIN graphile_worker._private_tasks AS tasks ON tasks.id = task_id
        WHERE identifier = 'erase-account' AND payload ->> 'accountId' = $1::text`,
      [owner.account.id],
    )
    expect(job).toEqual({ isEnd: true })
  })

  // ASVS 8.3.2, 15.4.2
  test('refuses an owner who was demoted in the meantime', async () => {
    const owner = await ownerScope()
    await asSuperuser(`UPDATE memberships SET role = 'ADMIN' WHERE user_id = $1`, [owner.user.id])
    expect(await deleteAccount(owner, { confirmation: owner.account.name }, REQUEST)).toEqual(forbidden)
    expect(await isDeleted(owner)).toBe(false)
  })

  test("requires the account's name, in any case and spacing", async () => {
    const owner = await ownerScope()
    for (const confirmation of ['', 'another', `${owner.account.name}x`]) {
      expect(await deleteAccount(owner, { confirmation }, REQUEST)).toEqual(invalid({ confirmation: 'account-name-differs' }))
    }
    expect(await isDeleted(owner)).toBe(false)
    const stale = { ...owner, session: { ...owner.session, hasRecentAuth: false } }
    expect(await deleteAccount(stale, { confirmation: 'another' }, REQUEST)).toEqual(invalid({ confirmation: 'account-name-differs' }))
    expect(await deleteAccount(stale, { confirmation: owner.account.name }, REQUEST)).toEqual(recentAuth)
    const confirmation = `  ${owner.account.name.toUpperCase()} `
    expect(await deleteAccount(owner, { confirmation }, REQUEST)).toMatchObject({ status: 'ok' })
  })

  // ASVS 2.3.4
  test('deletes once when two requests try at the same time', async () => {
    const owner = await ownerScope()
    const input = { confirmation: owner.account.name }
    const results = await Promise.all([deleteAccount(owner, input, REQUEST), deleteAccount(owner, input, REQUEST)])
    expect(results.filter(({ status }) => status === 'forbidden' || status === 'not-found')).toHaveLength(1)
    expect(await kindsIn(owner)).toEqual(['account.created', 'account.deleted'])
  })

  test('keeps the name and slug reserved until the account is erased', async () => {
    const [owner, other] = [await ownerScope(), await ownerScope()]
    await deleteAsOwner(owner)
    const again = () => createOwnAccount(other, { accountName: owner.account.name }, REQUEST)
    expect(await again()).toEqual(invalid({ accountName: 'account-name-taken' }))
    await moveEnd(owner, '-1 second')
    expect(await again()).toEqual(invalid({ accountName: 'account-name-taken' }))
    await eraseAccount(owner.account.id)
    expect(await again()).toEqual({ status: 'ok', value: { slug: owner.account.slug } })
  })
})

describe('a deleted account', () => {
  test('is listed for its owner with the deadline, and can be restored unchanged', async () => {
    const owner = await ownerScope()
    const member = await memberScope(owner, 'MEMBER')
    await deleteAsOwner(owner)
    const [listed] = (await readHome(owner, REQUEST)).restorable
    expect(listed).toEqual({ id: owner.account.id, name: owner.account.name, until: expect.any(Date) })
    const [row] = await asSuperuser<{ until: Date }>(`SELECT deleted_at + interval '${DAYS_30}' AS until FROM accounts WHERE id = $1`, [
      owner.account.id,
    ])
    expect(listed?.until).toEqual(row?.until)
    expect(await restoreAccount(owner, owner.account.id, REQUEST)).toEqual({ status: 'ok', value: { slug: owner.account.slug } })
    expect(await kindsIn(owner)).toEqual(['account.created', 'account.deleted', 'account.restored'])
    expect((await readHome(owner, REQUEST)).restorable).toEqual([])
    expect((await scopeOf(member.session.id, owner.account.slug))?.scope).toMatchObject({ membership: { role: 'MEMBER' } })
  })

  test.each(['ADMIN', 'MEMBER'] as const)('is not listed for %s, who cannot restore it', async (role) => {
    const owner = await ownerScope()
    const scope = await memberScope(owner, role)
    await deleteAsOwner(owner)
    expect((await readHome(scope, REQUEST)).restorable).toEqual([])
    expect(await restoreAccount(scope, owner.account.id, REQUEST)).toEqual(NOT_RESTORABLE)
    expect(await isDeleted(owner)).toBe(true)
  })

  test('of another owner is not listed and cannot be restored, like one that is not deleted or does not exist', async () => {
    const [mine, theirs] = [await ownerScope(), await ownerScope()]
    await deleteAsOwner(theirs)
    expect((await readHome(mine, REQUEST)).restorable).toEqual([])
    for (const id of [theirs.account.id, mine.account.id, crypto.randomUUID()]) {
      expect(await restoreAccount(mine, id, REQUEST)).toEqual(NOT_RESTORABLE)
    }
    expect(await isDeleted(theirs)).toBe(true)
    expect(await kindsIn(mine)).toEqual(['account.created'])
  })

  test('can be restored for 30 days, exclusive', async () => {
    const owner = await ownerScope()
    await deleteAsOwner(owner)
    await moveEnd(owner, '-1 millisecond')
    expect((await readHome(owner, REQUEST)).restorable).toEqual([])
    expect(await restoreAccount(owner, owner.account.id, REQUEST)).toEqual(NOT_RESTORABLE)
    await moveEnd(owner, '1 minute')
    expect((await readHome(owner, REQUEST)).restorable).toHaveLength(1)
    expect(await restoreAccount(owner, owner.account.id, REQUEST)).toMatchObject({ status: 'ok' })
  })
})
