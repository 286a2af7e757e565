import { beforeAll, describe, test } from 'vitest'
import { listProjects } from '@/lib/projects/projects'
import type { AccountScope } from '@/lib/scope'
import { asSuperuser } from '../../support/database'
import { ownerScope } from '../../support/people'
import { projectQuery } from '../../support/projects'
import { expectFewRows } from '../../support/statements'

const MIDDLE_ID = '80000000-0000-4000-8000-000000000000'

let scope: AccountScope
beforeAll(async () => {
  scope = await ownerScope()
  // one project in three is archived
  await asSuperuser(
    `INSERT INTO projects (account_id, id, name, name_key, archived_at)
     SELECT $1, gen_random_uuid(), 'Crowd ' || n, 'crowd ' || lpad(n::text, 5, '0'), CASE WHEN n % 3 = 0 THEN now() END FROM generate_series(1, 5000) n`,
    [scope.account.id],
  )
  await asSuperuser('ANALYZE projects')
})

describe.each([{}, { archived: 'yes' }])('a page of projects, %o', (filter) => {
  test.each([
    { sort: 'name' },
    { sort: 'name', after: 'crowd 02500' },
    { sort: 'newest' },
    { sort: 'newest', after: MIDDLE_ID },
    { sort: 'oldest', after: MIDDLE_ID },
    { sort: 'name', search: '0' },
  ])('reads few rows of many: %o', async (query) => {
    await expectFewRows('projects', { accountId: scope.account.id }, () => listProjects(scope, projectQuery({ ...query, ...filter })))
  })
})
