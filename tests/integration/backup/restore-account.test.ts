import { expect, test } from 'vitest'
import { renameAccount } from '@/lib/accounts/rename'
import { appendPendingEvents } from '@/lib/audit/append-to-chain'
import type { AccountScope } from '@/lib/scope'
import { updateProfile } from '@/lib/users/users'
import { backUp, restoreFrom } from '../../support/backups'
import { asSuperuser } from '../../support/database'
import { invite } from '../../support/invitations'
import { memberScope, ownerScope, REQUEST, unique } from '../../support/people'
import { insertResources, RESOURCE_TABLES } from '../../support/resources'
import { faultsIn } from '../../support/trails'

const TABLES = ['memberships', 'invitations', 'account_policies', ...RESOURCE_TABLES, 'audit_events', 'audit_chain']

/** Returns the rows of one account, or of all other accounts, by table, without what follows from a user's name. */
async function rowsOf({ account }: AccountScope, side: '=' | '<>' = '=') {
  const found: Record<string, unknown> = {
    accounts: await asSuperuser(`SELECT * FROM accounts WHERE id ${side} $1 ORDER BY id`, [account.id]),
  }
  for (const table of TABLES)
    found[table] = await asSuperuser(`SELECT to_jsonb(t) - 'sort_key' AS row FROM ${table} AS t WHERE account_id ${side} $1 ORDER BY row`, [
      account.id,
    ])
  return found
}

const invitedTo = async ({ account }: AccountScope) =>
  (await asSuperuser<{ email: string }>('SELECT email FROM invitations WHERE account_id = $1', [account.id])).map(({ email }) => email)

/** Creates an account with a member, an invitation, and a row of each resource. */
async function filledAccount() {
  const owner = await ownerScope()
  const member = await memberScope(owner, 'ADMIN')
  const { email: invited } = await invite(owner)
  await insertResources(owner)
  await appendPendingEvents()
  return { owner, member, invited }
}

// ASVS 8.4.1
test('restores one account, records it, and leaves every other account as it is', async () => {
  const [{ owner, member }, other] = [await filledAccount(), await filledAccount()]
  const before = await rowsOf(owner)
  const file = await backUp()
  const deleted = ['invitations', ...RESOURCE_TABLES.toReversed()]
  for (const table of deleted) await asSuperuser(`DELETE FROM ${table}`)
  for (const scope of [owner, other.owner]) {
    await invite(scope)
    await insertResources(scope)
  }
  await asSuperuser("UPDATE memberships SET role = 'MEMBER' WHERE user_id = $1", [member.user.id])
  const late = await memberScope(owner, 'MEMBER')
  await updateProfile(owner, { name: 'Renamed' }, REQUEST) // a user is not the account's, and keeps the new name
  await renameAccount(owner, { accountName: unique('Renamed') }, REQUEST)
  await asSuperuser('UPDATE accounts SET suspended_at = now() WHERE id = $1', [owner.account.id])
  const others = await rowsOf(owner, '<>')

  const { changes, members, notes } = await restoreFrom(file, owner.account.slug)
  expect(changes.filter(({ isAsInBackup }) => !isAsInBackup)).toEqual([])
  const changed = changes.filter(({ before: was, after: is }) => was.sha256 !== is.sha256).map(({ table }) => table)
  expect(changed.sort()).toEqual(['accounts', 'memberships', ...deleted].map((table) => `public.${table}`).sort())
  const roles = [
    { email: member.user.email, from: 'MEMBER', to: 'ADMIN' },
    { email: late.user.email, from: 'MEMBER', to: null },
  ]
  expect(members).toHaveLength(roles.length)
  expect(members).toEqual(expect.arrayContaining(roles)) // by email, which is random
  expect(notes).toEqual([])
  expect(await rowsOf(owner, '<>')).toEqual(others)
  const { accounts: _, audit_events: __, audit_chain: ___, ...restored } = await rowsOf(owner)
  const { accounts: ____, audit_events: _____, audit_chain: ______, ...expected } = before
  expect(restored).toEqual(expected)

  expect(await asSuperuser('SELECT suspended_at FROM accounts WHERE id = $1', [owner.account.id])).not.toEqual([{ suspended_at: null }])
  await appendPendingEvents()
  expect((await faultsIn({ accountId: owner.account.id })).faults).toEqual([])
  const kinds = await asSuperuser<{ kind: string }>('SELECT kind FROM audit_events WHERE account_id = $1 ORDER BY created_at, id', [
    owner.account.id,
  ])
  expect(kinds.map(({ kind }) => kind).slice(-2)).toEqual(['account.renamed', 'account.restored-from-backup'])
})

test('a trial run changes nothing', async () => {
  const { owner } = await filledAccount()
  const file = await backUp()
  await asSuperuser('DELETE FROM invitations WHERE account_id = $1', [owner.account.id])
  const before = await rowsOf(owner)
  const { changes } = await restoreFrom(file, owner.account.id, { dryRun: true })
  expect(changes.find(({ table }) => table === 'public.invitations')?.after.rows).toBe(1)
  expect(await rowsOf(owner)).toEqual(before)
})

test('leaves out members who no longer exist, and clears references to them', async () => {
  const { owner, member } = await filledAccount()
  await asSuperuser('UPDATE invitations SET invited_by = $2 WHERE account_id = $1', [owner.account.id, member.user.id])
  const file = await backUp()
  await asSuperuser('DELETE FROM users WHERE id = $1', [member.user.id])
  const { notes } = await restoreFrom(file, owner.account.slug)
  expect(notes).toEqual(['public.memberships: 1 rows left out, because their user no longer exists.'])
  expect(await asSuperuser('SELECT invited_by FROM invitations WHERE account_id = $1', [owner.account.id])).toEqual([{ invited_by: null }])
})

test('keeps the current name if another account has taken the one in the backup', async () => {
  const { owner, invited } = await filledAccount()
  const file = await backUp()
  const current = unique('Current')
  await renameAccount(owner, { accountName: current }, REQUEST)
  await renameAccount(await ownerScope(), { accountName: owner.account.name }, REQUEST)
  await asSuperuser('DELETE FROM invitations WHERE account_id = $1', [owner.account.id])
  const { name, notes } = await restoreFrom(file, owner.account.slug)
  expect([name, notes]).toEqual([current, [expect.stringMatching(/keeps its current one/)]])
  expect(await invitedTo(owner)).toEqual([invited])
})

test('brings back an erased account, and continues its audit trail', async () => {
  const { owner, invited } = await filledAccount()
  const file = await backUp()
  await asSuperuser('DELETE FROM accounts WHERE id = $1', [owner.account.id])
  await restoreFrom(file, owner.account.slug)
  await appendPendingEvents()
  expect(await invitedTo(owner)).toEqual([invited])
  const { faults, events } = await faultsIn({ accountId: owner.account.id })
  expect([faults, events]).toEqual([[], 3])
  expect(await asSuperuser('SELECT retained_since FROM audit_trails WHERE id = $1', [owner.account.id])).toEqual([{ retained_since: null }])
  await ownerScope() // the trigger that creates a trail is enabled again
})

test('refuses an account that no owner could manage, or that the backup does not have', async () => {
  const { owner } = await filledAccount()
  const file = await backUp()
  await asSuperuser('DELETE FROM users WHERE id = $1', [owner.user.id])
  const before = await rowsOf(owner)
  await expect(restoreFrom(file, owner.account.slug)).rejects.toThrow(/None of the owners in the backup still exists/)
  await expect(restoreFrom(file, 'no-such-account')).rejects.toThrow(/has no account "no-such-account"/)
  expect(await rowsOf(owner)).toEqual(before)
})
