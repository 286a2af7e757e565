import { describe, expect, test } from 'vitest'
import { acceptInvitation } from '@/lib/invitations/link'
import { leaveAccount } from '@/lib/memberships/memberships'
import { message } from '@/lib/messages'
import { conflict, invalid, ok } from '@/lib/outcome'
import type { AccountScope, UserScope } from '@/lib/scope'
import { deleteUser, planDeletion } from '@/lib/users/deletion'
import { asSuperuser } from '../../support/database'
import { deleteAccountRow, invite } from '../../support/invitations'
import { queuedMails } from '../../support/mail-jobs'
import { createUser, memberScope, ownerScope, REQUEST, userScope } from '../../support/people'
import { isActive } from '../../support/sessions'

const remove = (scope: UserScope) => deleteUser(scope, { confirmation: scope.user.email }, REQUEST)
const exists = async (table: 'users' | 'accounts', id: string) =>
  (await asSuperuser(`SELECT FROM ${table} WHERE id = $1`, [id])).length === 1

/** Fails if an account has no owner. A deleted one may be without, until it is erased. */
async function expectEveryAccountOwned() {
  expect(
    await asSuperuser(
      `SELECT id FROM accounts WHERE deleted_at IS NULL AND NOT EXISTS (SELECT FROM memberships WHERE account_id = accounts.id AND role = 'OWNER')`,
    ),
  ).toEqual([])
}

const kindsIn = async (accountId: string) =>
  (await asSuperuser('SELECT kind FROM audit_events WHERE account_id = $1 ORDER BY kind', [accountId])).map(({ kind }) => kind)

async function join(scope: UserScope, { account }: AccountScope, role: 'OWNER' | 'MEMBER') {
  await asSuperuser('INSERT INTO memberships (account_id, user_id, role) VALUES ($1, $2, $3)', [account.id, scope.user.id, role])
}

describe('deleteUser', () => {
  // ASVS 7.4.2, 14.2.7
  test('deletes all data of the user and the accounts where they are the only member, and sends an email', async () => {
    const mine = await ownerScope()
    await asSuperuser(`INSERT INTO identities (provider, provider_account_id, user_id, type) VALUES ('x', 'key', $1, 'oidc')`, [
      mine.user.id,
    ])
    expect(await remove(mine)).toEqual(ok(null))
    expect([await exists('users', mine.user.id), await exists('accounts', mine.account.id), await isActive(mine.session.id)]).toEqual([
      false,
      false,
      false,
    ])
    for (const table of ['sessions', 'identities', 'tokens', 'memberships', 'audit_events', 'audit_trails'])
      expect(await asSuperuser(`SELECT FROM ${table} WHERE user_id = $1`, [mine.user.id]), table).toEqual([])
    expect(await queuedMails(mine.user.email)).toMatchObject([{ template: 'user-deleted', props: { url: 'http://localhost:3000' } }])
    await expectEveryAccountOwned()
  })

  test('keeps other accounts, and what the user did in their audit trails', async () => {
    const [mine, theirs] = [await ownerScope(), await ownerScope()]
    await join(mine, theirs, 'MEMBER')
    await asSuperuser(`INSERT INTO audit_events (id, account_id, actor_id, kind) VALUES (gen_random_uuid(), $1, $2, 'ownership.offered')`, [
      theirs.account.id,
      mine.user.id,
    ])
    expect(await remove(mine)).toMatchObject({ status: 'ok' })
    expect(await asSuperuser('SELECT user_id FROM memberships WHERE account_id = $1', [theirs.account.id])).toEqual([
      { user_id: theirs.user.id },
    ])
    expect(
      await asSuperuser('SELECT kind FROM audit_events WHERE account_id = $1 AND actor_id = $2 ORDER BY kind', [
        theirs.account.id,
        mine.user.id,
      ]),
    ).toEqual([{ kind: 'membership.left' }, { kind: 'ownership.offered' }])
    expect([await exists('users', theirs.user.id), await isActive(theirs.session.id)]).toEqual([true, true])
  })

  test('refuses a different email as the confirmation, and changes nothing', async () => {
    const mine = await ownerScope()
    expect(await deleteUser(mine, { confirmation: 'someone@example.com' }, REQUEST)).toEqual(invalid({ confirmation: 'email-differs' }))
    expect([await exists('users', mine.user.id), await exists('accounts', mine.account.id)]).toEqual([true, true])
  })

  test('refuses while an account has other members and no other owner, and names the account', async () => {
    const mine = await ownerScope()
    const member = await memberScope(mine, 'ADMIN')
    expect((await planDeletion(mine)).blocking).toMatchObject([{ id: mine.account.id, name: mine.account.name }])
    const refused = await remove(mine)
    expect(refused).toEqual(conflict(message('user-owns-accounts', { names: `“${mine.account.name}”`, more: 0 })))
    expect([await exists('users', mine.user.id), await exists('accounts', mine.account.id)]).toEqual([true, true])
    expect(await queuedMails(mine.user.email)).toEqual([])
    await asSuperuser(`UPDATE memberships SET role = 'OWNER' WHERE user_id = $1`, [member.user.id])
    expect(await remove(mine)).toMatchObject({ status: 'ok' })
    expect(await exists('accounts', mine.account.id)).toBe(true)
    await expectEveryAccountOwned()
  })

  // ASVS 14.2.4
  test.each([
    ['with other members', 'ADMIN'],
    ['without other members', null],
  ] as const)('is not blocked by an account %s that the user has deleted, which keeps its 30 days and its trail', async (_, role) => {
    const mine = await ownerScope()
    const member = role && (await memberScope(mine, role))
    await deleteAccountRow(mine.account.id)
    const { ending, ...others } = await planDeletion(mine)
    expect(others).toEqual({ blocking: [], deleted: [], kept: [] })
    expect(ending).toMatchObject([{ id: mine.account.id, name: mine.account.name }])
    expect(Math.abs((ending[0]?.deletedAt.getTime() ?? 0) - Date.now())).toBeLessThan(60_000)
    expect(await remove(mine)).toMatchObject({ status: 'ok' })
    expect(await exists('accounts', mine.account.id)).toBe(true)
    const members = await asSuperuser('SELECT user_id FROM memberships WHERE account_id = $1', [mine.account.id])
    expect(members).toEqual(member ? [{ user_id: member.user.id }] : [])
    expect(await kindsIn(mine.account.id)).toEqual(['account.created', 'membership.left'])
  })

  test('keeps the trail of an account that it deletes, which ends with the deletion', async () => {
    const mine = await ownerScope()
    expect(await remove(mine)).toMatchObject({ status: 'ok' })
    expect(await kindsIn(mine.account.id)).toEqual(['account.created', 'account.deleted'])
    const trail = await asSuperuser('SELECT retained_since IS NOT NULL AS retained FROM audit_trails WHERE id = $1', [mine.account.id])
    expect(trail).toEqual([{ retained: true }])
  })

  test('has a plan that names the accounts to delete and to keep', async () => {
    const [mine, theirs, co] = [await ownerScope(), await ownerScope(), await ownerScope()]
    await join(mine, theirs, 'MEMBER')
    await join(mine, co, 'OWNER')
    const { blocking, deleted, kept } = await planDeletion(mine)
    expect([blocking, deleted.map(({ id }) => id), kept.map(({ id }) => id).sort()]).toEqual([
      [],
      [mine.account.id],
      [theirs.account.id, co.account.id].sort(),
    ])
  })

  test('succeeds once when two requests arrive at the same time', async () => {
    const mine = await ownerScope()
    const results = await Promise.all([remove(mine), remove(mine)])
    expect(results.map((result) => result.status === 'ok')).toEqual(expect.arrayContaining([true, false]))
    expect(await queuedMails(mine.user.email)).toHaveLength(1)
  })
})

describe('deleteUser at the same time as another change', () => {
  // ASVS 15.4.3
  test('deletes two owners of two accounts without a deadlock, and both accounts', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [one, two] = [await ownerScope(), await ownerScope()]
      await join(one, two, 'OWNER')
      await join(two, one, 'OWNER')
      const results = await Promise.all([remove(one), remove(two)])
      expect(results.map((result) => result.status === 'ok')).toEqual([true, true])
      expect([await exists('accounts', one.account.id), await exists('accounts', two.account.id)]).toEqual([false, false])
      await expectEveryAccountOwned()
    }
  })

  test('refuses one of two owners when one is deleted and the other leaves', async () => {
    for (let round = 0; round < 5; round += 1) {
      const mine = await ownerScope()
      const other = await memberScope(mine, 'OWNER')
      await memberScope(mine, 'MEMBER')
      const [deleted, left] = await Promise.all([remove(mine), leaveAccount(other, REQUEST)])
      expect([deleted.status === 'ok', left.status === 'ok'].sort()).toEqual([false, true])
      await expectEveryAccountOwned()
    }
  })

  test('refuses either the deletion of an owner or the new member of their account', async () => {
    for (let round = 0; round < 8; round += 1) {
      const mine = await ownerScope()
      const { email, token } = await invite(mine)
      const guest = await userScope(await createUser(email))
      const [deleted, joined] = await Promise.all([remove(mine), acceptInvitation(guest, token, REQUEST)])
      expect([deleted.status === 'ok', joined.status === 'ok'].sort()).toEqual([false, true])
      expect(await exists('accounts', mine.account.id)).toBe(joined.status === 'ok')
      await expectEveryAccountOwned()
    }
  })
})
