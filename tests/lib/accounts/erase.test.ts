import { expect, test } from 'vitest'
import { eraseAccount } from '@/lib/accounts/erase'
import { withAccount } from '@/lib/platform/db'
import { asSuperuser, countRows } from '../../support/database'
import { ownerScope } from '../../support/people'

const deletedFor = (id: string, age: string) =>
  asSuperuser(`UPDATE accounts SET deleted_at = now() - $2::interval WHERE id = $1`, [id, age])
const isThere = async (id: string) => (await asSuperuser('SELECT FROM accounts WHERE id = $1', [id])).length === 1

test.each([
  ['30 days', false],
  ['29 days 23:59:55', true],
  ['400 days', false],
])('an account that was deleted %s ago: still there is %s', async (age, stays) => {
  const { account } = await ownerScope()
  await deletedFor(account.id, age)
  await eraseAccount(account.id)
  expect(await isThere(account.id)).toBe(stays)
})

test('an account that is not deleted, or was restored, stays; one that is gone is no fault; no other is touched', async () => {
  const [mine, theirs] = [await ownerScope(), await ownerScope()]
  await deletedFor(theirs.account.id, '31 days')
  const before = await countRows()
  await eraseAccount(mine.account.id)
  await eraseAccount('01a20b69-2ef1-728f-9752-d4361ecd3101')
  expect(await countRows()).toEqual(before)
})

test('with it go its members and its trail, and nobody with another account loses that', async () => {
  const [mine, theirs] = [await ownerScope(), await ownerScope()]
  await deletedFor(mine.account.id, '30 days')
  await eraseAccount(mine.account.id)
  const [left] = await asSuperuser(
    `SELECT (SELECT count(*)::int FROM memberships WHERE account_id = $1) AS members, (SELECT count(*)::int FROM audit_events WHERE account_id = $1) AS events`,
    [mine.account.id],
  )
  expect(left).toEqual({ members: 0, events: 0 })
  expect(await withAccount(theirs.account.id, (tx) => tx.auditEvent.count())).toBe(1)
})
