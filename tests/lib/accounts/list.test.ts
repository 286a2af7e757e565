import { expect, test } from 'vitest'
import { listOwnAccounts, listSwitcherAccounts } from '@/lib/accounts/list'
import { asSuperuser } from '../../support/database'
import { ownerScope, unique } from '../../support/people'

test('the accounts of a user are paged, and the switcher gets 200 with the current one', async () => {
  const scope = await ownerScope()
  const name = unique('Page')
  await asSuperuser(
    `WITH made AS (
       INSERT INTO accounts (id, name, name_key, slug) SELECT gen_random_uuid(), $2 || n, lower($2) || lpad(n::text, 3, '0'), lower($2) || n FROM generate_series(1, 220) n RETURNING id
     )
     INSERT INTO memberships (account_id, user_id, role) SELECT id, $1, 'MEMBER' FROM made`,
    [scope.user.id, name],
  )
  const slugs: string[] = []
  let after: string | undefined
  const sizes: number[] = []
  do {
    const { accounts, next } = await listOwnAccounts(scope, after)
    slugs.push(...accounts.map(({ slug }) => slug))
    sizes.push(accounts.length)
    after = next
  } while (after)
  expect(sizes).toEqual([50, 50, 50, 50, 21])
  expect(new Set(slugs).size).toBe(221)

  const last = `${name.toLowerCase()}220`
  const choices = await listSwitcherAccounts(scope, last)
  expect(choices).toHaveLength(200)
  expect(choices.map(({ slug }) => slug)).toContain(last)
})
