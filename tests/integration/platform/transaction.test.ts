import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { accountNameKeys } from '@/lib/accounts/name-keys'
import { conflict, ok } from '@/lib/outcome'
import { connectionPool, database, onCommit, withAccount, withUser } from '@/lib/platform/db'
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

// ASVS 16.5.3
test('a transaction that times out in a nested write sends nothing after its rollback', async () => {
  const [id, userId] = [uuidv7(), uuidv7()]
  const blocker = new pg.Client({ connectionString: process.env.DATABASE_SUPERUSER_URL })
  await blocker.connect()
  await blocker.query('BEGIN; LOCK TABLE accounts IN SHARE MODE')
  const owner = { create: { id: userId, email: `${userId}@example.com` } }
  const creating = database().$transaction(
    async (tx) => {
      await tx.$queryRaw`SELECT set_config('app.account_id', ${id}, true)`
      const account = { id, name: id, ...accountNameKeys(id), slug: id, createdBy: userId }
      await tx.account.create({ data: { ...account, memberships: { create: { role: 'OWNER', user: owner } } }, select: { id: true } })
    },
    { timeout: 200 },
  )
  const refused = expect(creating).rejects.toThrow()
  await sleep(500)
  await blocker.query('COMMIT')
  await blocker.end()
  await refused
  const { idleCount, totalCount } = connectionPool()
  expect(idleCount).toBe(totalCount)
  expect(await asSuperuser('SELECT email FROM users WHERE id = $1', [userId])).toEqual([])
})
