import { expect, test } from 'vitest'
import { eraseAccount } from '@/lib/accounts/erase'
import { appendPendingEvents } from '@/lib/audit/append-to-chain'
import { withAccount } from '@/lib/platform/db'
import { asSuperuser, countRows, NOW } from '../../support/database'
import { ownerScope } from '../../support/people'

const deleteAgo = (id: string, age: string) =>
  asSuperuser(`UPDATE accounts SET deleted_at = ${NOW} - $2::interval WHERE id = $1`, [id, age])
const exists = async (id: string) => (await asSuperuser('SELECT FROM accounts WHERE id = $1', [id])).length === 1

test.each([
  ['30 days', false],
  ['29 days 23:59:55', true],
  ['400 days', false],
])('eraseAccount keeps an account that was deleted %s ago: %s', async (age, isKept) => {
  const { account } = await ownerScope()
  await deleteAgo(account.id, age)
  await eraseAccount(account.id)
  expect(await exists(account.id)).toBe(isKept)
})

test('eraseAccount keeps accounts that are not deleted, and ignores unknown ids', async () => {
  const [mine, theirs] = [await ownerScope(), await ownerScope()]
  await deleteAgo(theirs.account.id, '31 days')
  const before = await countRows()
  await eraseAccount(mine.account.id)
  await eraseAccount('01a20b69-2ef1-728f-9752-d4361ecd3101')
  expect(await countRows()).toEqual(before)
})

test('eraseAccount deletes the memberships of that account only, and keeps its trail where the server cannot read it', async () => {
  const [mine, theirs] = [await ownerScope(), await ownerScope()]
  await deleteAgo(mine.account.id, '30 days')
  await eraseAccount(mine.account.id)
  const [left] = await asSuperuser(
    `SELECT (SELECT count(*)::int FROM memberships WHERE account_id = $1) AS members, (SELECT count(*)::int FROM audit_events WHERE account_id = $1) AS events`,
    [mine.account.id],
  )
  expect(left).toEqual({ members: 0, events: 1 })
  await appendPendingEvents()
  expect(await withAccount(mine.account.id, (tx) => tx.auditEvent.count())).toBe(0)
  expect(await withAccount(theirs.account.id, (tx) => tx.auditEvent.count())).toBe(1)
})
