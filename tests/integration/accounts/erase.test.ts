import { expect, test } from 'vitest'
import { eraseAccount } from '@/lib/accounts/erase'
import { appendPendingEvents } from '@/lib/audit/append-to-chain'
import type { AccountScope } from '@/lib/session-scope'
import { asSuperuser, countRows, NOW } from '../../support/database'
import { ownerScope, unique } from '../../support/people'
import { insertResources, RESOURCE_TABLES } from '../../support/resources'

const TABLES = ['memberships', 'invitations', 'tokens', 'audit_events', 'audit_chain', ...RESOURCE_TABLES]

const deleteAgo = (id: string, age: string) =>
  asSuperuser(`UPDATE accounts SET deleted_at = ${NOW} - $2::interval WHERE id = $1`, [id, age])
const exists = async (id: string) => (await asSuperuser('SELECT FROM accounts WHERE id = $1', [id])).length === 1

/** Inserts a row into each table of an account. */
async function fill({ account, user }: AccountScope) {
  const email = `${unique('guest')}@example.com`
  await asSuperuser(
    `WITH invited AS (
       INSERT INTO invitations (account_id, id, email, role, invited_by, expires_at) VALUES ($1, gen_random_uuid(), $3, 'MEMBER', $2, now()) RETURNING id
     )
     INSERT INTO tokens (hash, purpose, email, account_id, invitation_id, expires_at)
     SELECT sha256($3::text::bytea), 'invitation', $3, $1, id, now() FROM invited`,
    [account.id, user.id, email],
  )
  await insertResources({ account, user })
  await appendPendingEvents()
}

async function countOf({ account }: AccountScope): Promise<Record<string, number>> {
  const counts = TABLES.map((table) => `(SELECT count(*)::int FROM ${table} WHERE account_id = $1) AS ${table}`)
  const [row] = await asSuperuser<Record<string, number>>(`SELECT ${counts.join(', ')}`, [account.id])
  return row ?? {}
}

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

test('eraseAccount deletes all data of the account except its trail, and no data of another', async () => {
  const [mine, theirs] = [await ownerScope(), await ownerScope()]
  for (const scope of [mine, theirs]) await fill(scope)
  const before = await countOf(theirs)
  expect(Object.values(before).every((count) => count > 0)).toBe(true)
  await deleteAgo(mine.account.id, '30 days')
  await eraseAccount(mine.account.id)
  const { audit_events, audit_chain, ...others } = await countOf(mine)
  expect(others).toEqual(Object.fromEntries(Object.keys(others).map((table) => [table, 0])))
  expect({ audit_events, audit_chain }).toEqual({ audit_events: before.audit_events, audit_chain: before.audit_chain })
  expect(await countOf(theirs)).toEqual(before)
  expect(await asSuperuser('SELECT id FROM users WHERE id = $1', [mine.user.id])).toHaveLength(1)
})

test('eraseAccount may take longer than the statement timeout of pages', async () => {
  const { account } = await ownerScope()
  await deleteAgo(account.id, '31 days')
  await asSuperuser(`CREATE FUNCTION slow_down() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(2); RETURN OLD; END'`)
  await asSuperuser('CREATE TRIGGER slow_down BEFORE DELETE ON memberships FOR EACH ROW EXECUTE FUNCTION slow_down()')
  await eraseAccount(account.id)
  await asSuperuser('DROP FUNCTION slow_down CASCADE')
  expect(await exists(account.id)).toBe(false)
})
