import { expect, test } from 'vitest'
import { type Tx, withAccount } from '@/lib/platform/db'
import { nextNumber } from '@/lib/platform/next-number'
import type { AccountScope } from '@/lib/scope'
import { atOnce } from '../../support/at-once'
import { asSuperuser } from '../../support/database'
import { ownerScope } from '../../support/people'

/** Stores numbers in the emails of invitations, as a resource would in a column. */
async function takeNumber({ account }: AccountScope): Promise<number> {
  return withAccount(account.id, async (tx) => {
    const number = await nextNumber(tx, { accountId: account.id, series: 'test' }, () => lastNumber(tx))
    const [email, expiresAt] = [`${number}@example.com`, new Date(Date.now() + 60_000)]
    await tx.invitation.create({ data: { accountId: account.id, email, role: 'MEMBER', expiresAt }, select: { id: true } })
    return number
  })
}

async function lastNumber(tx: Tx): Promise<number | null> {
  const [row] = await tx.$queryRaw<{ last: number | null }[]>`SELECT max(split_part(email, '@', 1)::int) AS last FROM invitations`
  return row?.last ?? null
}

test('nextNumber gives 20 simultaneous transactions different numbers, from 1 and without gaps', async () => {
  const scope = await ownerScope()
  const numbers = await atOnce(20, () => takeNumber(scope))
  expect(numbers.sort((one, other) => one - other)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
})

test('nextNumber reuses the number of a failed transaction', async () => {
  const { account } = await ownerScope()
  const take = (tx: Tx) => nextNumber(tx, { accountId: account.id, series: 'test' }, () => lastNumber(tx))
  await expect(withAccount(account.id, async (tx) => Promise.reject(new Error(`failed with ${await take(tx)}`)))).rejects.toThrow('with 1')
  expect(await withAccount(account.id, take)).toBe(1)
})

test('nextNumber counts separately in each account', async () => {
  const [here, there] = [await ownerScope(), await ownerScope()]
  await takeNumber(here)
  expect([await takeNumber(here), await takeNumber(there)]).toEqual([2, 1])
  expect(await asSuperuser('SELECT FROM invitations WHERE account_id = $1', [there.account.id])).toHaveLength(1)
})
