import { describe, expect, test } from 'vitest'
import { conflict, ok } from '@/lib/outcome'
import { onCommit, withAccount, withUser } from '@/lib/platform/db'
import { asSuperuser } from '../../support/database'
import { ownerScope } from '../../support/people'

describe('a transaction whose function refuses', () => {
  // ASVS 16.5.3
  test('is rolled back, and runs no callback of its commit', async () => {
    const { account, user } = await ownerScope()
    const committed: string[] = []
    const renaming = withAccount(account.id, async (tx) => {
      await tx.account.update({ where: { id: account.id }, data: { name: 'Refused' }, select: { id: true } })
      onCommit(tx, () => committed.push('refused'))
      return conflict('last-owner')
    })
    expect(await renaming).toEqual(conflict('last-owner'))
    const [found] = await asSuperuser('SELECT name FROM accounts WHERE id = $1', [account.id])
    expect(found).toEqual({ name: account.name })
    await withUser(user.id, async (tx) => {
      onCommit(tx, () => committed.push('ok'))
      return ok(null)
    })
    expect(committed).toEqual(['ok'])
  })
})
