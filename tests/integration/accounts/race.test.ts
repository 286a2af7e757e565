import { expect, test } from 'vitest'
import { register } from '@/lib/accounts/accounts'
import { invalid } from '@/lib/outcome'
import { atOnce } from '../../support/at-once'
import { asSuperuser } from '../../support/database'
import { PASSWORD, REQUEST, unique } from '../../support/people'

const SIMULTANEOUS = 50

const registerMany = (input: (index: number) => { accountName: string; email: string }) =>
  atOnce(SIMULTANEOUS, (index) => register({ ...input(index), password: PASSWORD }, REQUEST))

// ASVS 2.3.4
test('register creates one user when fifty registrations use the same email at the same time', { timeout: 180_000 }, async () => {
  const email = `${unique('many')}@example.com`
  const results = await registerMany(() => ({ accountName: unique('Race'), email }))
  expect(results.filter((result) => result.status === 'ok')).toHaveLength(1)
  for (const result of results) if (result.status !== 'ok') expect(result).toEqual(invalid({ email: 'email-taken' }))
  const [left] = await asSuperuser(
    `SELECT (SELECT count(*)::int FROM users WHERE email = $1) AS users, (SELECT count(*)::int FROM accounts WHERE name LIKE 'Race-%') AS accounts`,
    [email],
  )
  expect(left).toEqual({ users: 1, accounts: 1 })
})

test('register creates one account when fifty registrations use the same name at the same time', { timeout: 180_000 }, async () => {
  const accountName = unique('Popular')
  const results = await registerMany((index) => ({
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
