import { describe, expect, test } from 'vitest'
import { createOwnAccount } from '@/lib/accounts/accounts'
import { renameAccount } from '@/lib/accounts/rename'
import { renameAccountSchema } from '@/lib/accounts/schema'
import { invalid, notFound } from '@/lib/outcome'
import { asSuperuser } from '../../support/database'
import { memberScope, ownerScope, REQUEST, scopeIn, unique } from '../../support/people'

async function rowOf(id: string) {
  const [row] = await asSuperuser<{ name: string; name_key: string; slug: string }>(
    'SELECT name, name_key, slug FROM accounts WHERE id = $1',
    [id],
  )
  return row
}

describe('renameAccount', () => {
  test.each(['OWNER', 'ADMIN'] as const)('lets %s rename the account, keeps the slug, and records it', async (role) => {
    const owner = await ownerScope()
    const scope = role === 'OWNER' ? owner : await memberScope(owner, role)
    const accountName = unique('Kingfisher')
    expect(await renameAccount(scope, { accountName }, REQUEST)).toEqual({ status: 'ok', value: { name: accountName } })
    expect(await rowOf(owner.account.id)).toEqual({ name: accountName, name_key: accountName.toLowerCase(), slug: owner.account.slug })
    const [event] = await asSuperuser(
      `SELECT actor_id, target, details, ip FROM audit_events WHERE account_id = $1 AND kind = 'account.renamed'`,
      [owner.account.id],
    )
    expect(event).toEqual({ actor_id: scope.user.id, target: accountName, details: { from: owner.account.name }, ip: REQUEST.ip })
  })

  test('changes no other account', async () => {
    const [mine, theirs] = [await ownerScope(), await ownerScope()]
    const before = await rowOf(theirs.account.id)
    await renameAccount(mine, { accountName: unique('Other') }, REQUEST)
    expect(await rowOf(theirs.account.id)).toEqual(before)
  })

  test("refuses another account's name in any case and spacing, with a field error", async () => {
    const [mine, theirs] = [await ownerScope(), await ownerScope()]
    const { accountName } = renameAccountSchema.parse({ accountName: `  ${theirs.account.name.toUpperCase()} ` })
    expect(await renameAccount(mine, { accountName }, REQUEST)).toEqual(invalid({ accountName: 'account-name-taken' }))
    expect((await rowOf(mine.account.id))?.name).toBe(mine.account.name)
  })

  test('accepts the current name in another case', async () => {
    const mine = await ownerScope()
    const accountName = mine.account.name.toUpperCase()
    expect(await renameAccount(mine, { accountName }, REQUEST)).toMatchObject({ status: 'ok' })
    expect((await rowOf(mine.account.id))?.name).toBe(accountName)
  })

  test('changes and records nothing when the name stays the same', async () => {
    const mine = await ownerScope()
    expect(await renameAccount(mine, { accountName: mine.account.name }, REQUEST)).toMatchObject({ status: 'ok' })
    expect(await asSuperuser(`SELECT FROM audit_events WHERE account_id = $1 AND kind = 'account.renamed'`, [mine.account.id])).toEqual([])
  })

  test('frees the old name immediately', async () => {
    const [mine, theirs] = [await ownerScope(), await ownerScope()]
    await renameAccount(mine, { accountName: unique('New') }, REQUEST)
    expect(await createOwnAccount(theirs, { accountName: mine.account.name }, REQUEST)).toMatchObject({ status: 'ok' })
  })

  test('does not find a deleted account', async () => {
    const mine = await ownerScope()
    await asSuperuser('UPDATE accounts SET deleted_at = now() WHERE id = $1', [mine.account.id])
    expect(await renameAccount(mine, { accountName: unique('Late') }, REQUEST)).toEqual(notFound)
  })

  test('gives a name to one of two accounts that want it at the same time', async () => {
    const scopes = [await ownerScope(), await ownerScope()]
    const accountName = unique('Wanted')
    const results = await Promise.all(scopes.map((scope) => renameAccount(scope, { accountName }, REQUEST)))
    expect(results.map((result) => result.status === 'ok').sort()).toEqual([false, true])
  })

  // ASVS 8.3.2
  test('takes effect in the scope of the next request', async () => {
    const mine = await ownerScope()
    const accountName = unique('Next')
    await renameAccount(mine, { accountName }, REQUEST)
    expect((await scopeIn(mine.account.slug, mine.user.id)).account.name).toBe(accountName)
  })
})
