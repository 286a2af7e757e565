import { expect, test } from 'vitest'
import { register } from '@/lib/accounts/accounts'
import { invalid } from '@/lib/outcome'
import { withAccount } from '@/lib/platform/db'
import { atOnce } from '../../support/at-once'
import { asSuperuser } from '../../support/database'
import { PASSWORD, REQUEST, unique } from '../../support/people'

const AT_ONCE = 50

const rush = (input: (index: number) => { accountName: string; email: string }) =>
  atOnce(AT_ONCE, (index) => register({ ...input(index), password: PASSWORD }, REQUEST))

test('fifty registrations at once with one email leave exactly one', { timeout: 180_000 }, async () => {
  const email = `${unique('many')}@example.com`
  const results = await rush(() => ({ accountName: unique('Race'), email }))
  expect(results.filter((result) => result.status === 'ok')).toHaveLength(1)
  for (const result of results) if (result.status !== 'ok') expect(result).toEqual(invalid({ email: 'email-taken' }))
  const [left] = await asSuperuser(
    `SELECT (SELECT count(*)::int FROM users WHERE email = $1) AS users, (SELECT count(*)::int FROM accounts WHERE name LIKE 'Race-%') AS accounts`,
    [email],
  )
  expect(left).toEqual({ users: 1, accounts: 1 })
})

test('fifty registrations at once with one account name leave exactly one', { timeout: 180_000 }, async () => {
  const accountName = unique('Sought after')
  const results = await rush((index) => ({
    accountName: index % 2 ? accountName : accountName.toUpperCase(),
    email: `${unique('rival')}@example.com`,
  }))
  expect(results.filter((result) => result.status === 'ok')).toHaveLength(1)
  for (const result of results) if (result.status !== 'ok') expect(result).toEqual(invalid({ accountName: 'account-name-taken' }))
  const [left] = await asSuperuser(
    `SELECT (SELECT count(*)::int FROM users WHERE email LIKE 'rival-%') AS users, (SELECT count(*)::int FROM accounts WHERE lower(name) = lower($1)) AS accounts`,
    [accountName],
  )
  expect(left).toEqual({ users: 1, accounts: 1 })
})

test('a door works for its own transaction and for nothing after it', async () => {
  await withAccount('00000000-0000-7000-8000-000000000000', async () => undefined)
  const leaked = await Promise.all(
    Array.from({ length: 20 }, () => withAccount('', (tx) => tx.$queryRaw`SELECT current_setting('app.account_id', true) AS account`)),
  )
  expect(leaked.flat()).toEqual(Array(20).fill({ account: '' }))
})
