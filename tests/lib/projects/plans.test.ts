import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listProjects } from '@/lib/projects/projects'
import type { AccountScope } from '@/lib/scope'
import { ownerScope } from '../../support/people'
import { makeManyProjects, projectQuery } from '../../support/projects'
import { explain, vacuum, watchStatements } from '../../support/statements'

// A page of projects must cost the same however many there are: each way to show them walks one index and stops.
const FEW = 10
const MANY = 5_000
const A_PAGE_AND_ONE = 51

const WAYS = [
  { address: { sort: 'name' }, index: 'projects_active_by_name_idx', after: 'crowd 02500' },
  { address: { sort: 'newest' }, index: 'projects_active_by_age_idx', after: '80000000-0000-4000-8000-000000000000' },
  { address: { sort: 'oldest' }, index: 'projects_active_by_age_idx', after: '80000000-0000-4000-8000-000000000000' },
  { address: { sort: 'name', archived: 'yes' }, index: 'projects_archived_by_name_idx', after: 'past 02500' },
  { address: { sort: 'newest', archived: 'yes' }, index: 'projects_archived_by_age_idx', after: '80000000-0000-4000-8000-000000000000' },
  { address: { sort: 'oldest', archived: 'yes' }, index: 'projects_archived_by_age_idx', after: '80000000-0000-4000-8000-000000000000' },
]

const { sent, stop } = watchStatements()
afterAll(stop)

let few: AccountScope
let many: AccountScope

beforeAll(async () => {
  ;[few, many] = [await ownerScope(), await ownerScope()]
  for (const archived of [false, true]) {
    await makeManyProjects(few.account.id, FEW, { archived })
    await makeManyProjects(many.account.id, MANY, { archived })
  }
  await vacuum('projects')
})

/** The plan of the one statement that a page asks the table. */
async function planOf(scope: AccountScope, address: Record<string, unknown>) {
  sent.length = 0
  await listProjects(scope, projectQuery(address))
  const statements = sent.filter(({ sql }) => sql.includes('FROM projects'))
  expect(statements).toHaveLength(1)
  const plan = await explain(statements[0] ?? { sql: '', values: [] }, { accountId: scope.account.id }, { run: true })
  return plan.filter((node) => node['Node Type'] !== 'Result') // the policy, asked once, since the account is asked for by name
}

describe.each(WAYS)('the list by $address', ({ address, index, after }) => {
  test.each([
    ['from its beginning', {}],
    ['from its middle', { after }],
    ['with a search that finds many', { search: '0' }],
    ['with a search that finds nothing', { search: 'nobody has this' }],
  ])('%s walks one index and sorts nothing', async (_, more) => {
    const plan = await planOf(many, { ...address, ...more })
    expect(plan.map((node) => [node['Node Type'], node['Index Name']])).toEqual([
      ['Limit', undefined],
      ['Index Only Scan', index],
    ])
  })

  test('stops when the page is full, and reads as much of ten as of thousands', async () => {
    for (const more of [{}, { after }, { search: '0' }]) {
      const [, scan] = await planOf(many, { ...address, ...more })
      const [, scanOfFew] = await planOf(few, address)
      expect(scan?.['Actual Rows']).toBeLessThanOrEqual(A_PAGE_AND_ONE)
      expect(scan?.['Heap Fetches']).toBe(0)
      expect(scan?.['Shared Hit Blocks']).toBeLessThanOrEqual((scanOfFew?.['Shared Hit Blocks'] ?? 0) + 3)
    }
  })
})
