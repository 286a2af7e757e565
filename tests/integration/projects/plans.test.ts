import { beforeAll, describe, expect, test } from 'vitest'
import { readOverview } from '@/lib/overview/overview'
import { findEditableProject, findProject } from '@/lib/projects/find'
import { listProjects } from '@/lib/projects/list'
import type { AccountScope } from '@/lib/scope'
import { asSuperuser } from '../../support/database'
import { ownerScope } from '../../support/people'
import { expectFewRows, statementsOf } from '../../support/statements'
import { projectQuery } from './support'

const MIDDLE_ID = '80000000-0000-4000-8000-000000000000'

let scope: AccountScope
beforeAll(async () => {
  scope = await ownerScope()
  // One project in three is archived, the others have each status, and each was updated at a different time.
  await asSuperuser(
    `INSERT INTO projects (account_id, id, name, name_key, status, updated_at, archived_at)
     SELECT $1, gen_random_uuid(), 'Crowd ' || n, 'crowd ' || lpad(n::text, 5, '0'), (ARRAY['planned', 'active', 'paused', 'done'])[n % 4 + 1],
            now() - n * interval '1 minute', CASE WHEN n % 3 = 0 THEN now() END FROM generate_series(1, 5000) n`,
    [scope.account.id],
  )
  await asSuperuser('ANALYZE projects')
})

describe.each([{}, { status: 'paused' }, { status: 'archived' }])('a page of projects, %o', (filter) => {
  test.each([
    { sort: 'updated' },
    { sort: 'updated', after: `${Date.now() - 2_500 * 60_000}.${MIDDLE_ID}` },
    { sort: 'name' },
    { sort: 'name', after: 'crowd 02500' },
    { sort: 'status' },
    { sort: 'status', after: filter.status === 'paused' ? '3.crowd 02500' : '2.crowd 02500' },
    { sort: 'name', search: '0' },
  ])('reads few rows of many: %o', async (query) => {
    await expectFewRows('projects', { accountId: scope.account.id }, () => listProjects(scope, projectQuery({ ...query, ...filter })))
  })
})

// leads sort by a column of another table, so no index has this order
test.each([{}, { after: '\ncrowd 02500' }])(
  'a page of projects by lead reads each project of the account at most once: %o',
  async (query) => {
    const few = 5_000 + 100
    await expectFewRows(
      'projects',
      { accountId: scope.account.id },
      () => listProjects(scope, projectQuery({ sort: 'lead', ...query })),
      few,
    )
  },
)

test("the account's overview reads few rows of many", async () => {
  await expectFewRows('projects', { accountId: scope.account.id }, () => readOverview(scope))
})

describe('a project’s page', () => {
  let id: string
  beforeAll(async () => {
    id = (await asSuperuser<{ id: string }>('SELECT id FROM projects WHERE account_id = $1 LIMIT 1', [scope.account.id]))[0]?.id ?? ''
    await asSuperuser(
      `INSERT INTO project_updates (account_id, id, project_id, body)
       SELECT $1, gen_random_uuid(), projects.id, 'Update ' || n FROM projects, generate_series(1, 5) n WHERE account_id = $1
       UNION ALL SELECT $1, gen_random_uuid(), $2, 'Update ' || n FROM generate_series(1, 1000) n`,
      [scope.account.id, id],
    )
    await asSuperuser(
      `INSERT INTO audit_events (account_id, id, kind, target_id, created_at)
       SELECT $1, gen_random_uuid(), 'project.renamed', CASE WHEN n % 5 = 0 THEN $2 ELSE gen_random_uuid() END, now() - n * interval '1 minute'
         FROM generate_series(1, 5000) n`,
      [scope.account.id, id],
    )
    await asSuperuser('ANALYZE project_updates, audit_events')
  })

  test.each([undefined, MIDDLE_ID])('reads few rows of many, after %s', async (after) => {
    await expectFewRows('projects', { accountId: scope.account.id }, () => findProject(scope, id, after))
  })

  test('is read with one statement, after the one that sets the context', async () => {
    expect(await statementsOf(() => findProject(scope, id))).toHaveLength(2)
    expect(await statementsOf(() => findEditableProject(scope, id))).toHaveLength(2)
    expect(await statementsOf(() => listProjects(scope, projectQuery()))).toHaveLength(2)
  })
})
