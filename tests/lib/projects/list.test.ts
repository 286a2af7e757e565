import { beforeAll, describe, expect, test } from 'vitest'
import { archiveProject } from '@/lib/projects/projects'
import { PROJECT_SORTS } from '@/lib/projects/schema'
import type { AccountScope } from '@/lib/scope'
import { asSuperuser } from '../../support/database'
import { ownerScope, REQUEST } from '../../support/people'
import { makeManyProjects, makeProject, projectQuery, walkProjects } from '../../support/projects'

const LONG = 'x'.repeat(500)
const namesOf = (projects: { name: string }[]) => projects.map(({ name }) => name)

describe('paging', () => {
  test.each(PROJECT_SORTS)('by %s shows each project once, in order', async (sort) => {
    const scope = await ownerScope()
    await makeManyProjects(scope.account.id, 123)
    const pages: number[] = []
    const walked = await walkProjects(scope, { sort }, async (page) => void pages.push(page.length))
    expect(pages).toEqual([50, 50, 23])
    const column = sort === 'name' ? 'name_key' : 'id'
    const all = await asSuperuser<{ name: string }>(
      `SELECT name FROM projects WHERE account_id = $1 ORDER BY ${column} ${sort === 'newest' ? 'DESC' : 'ASC'}`,
      [scope.account.id],
    )
    expect(namesOf(walked)).toEqual(namesOf(all))
  })

  test.each(PROJECT_SORTS)('by %s shows each project once while others are created and deleted', async (sort) => {
    const scope = await ownerScope()
    await makeManyProjects(scope.account.id, 120)
    const before = await asSuperuser<{ id: string }>('SELECT id FROM projects WHERE account_id = $1', [scope.account.id])
    const walked = await walkProjects(scope, { sort }, async (page) => {
      for (const name of ['A first one', 'Crowd 00060 and a half', 'Zuletzt'])
        await makeProject(scope, `${name} ${page.length} ${Math.random()}`)
      // delete a project that was shown: with an OFFSET, the next page would skip one
      await asSuperuser('DELETE FROM projects WHERE id = $1', [page[0]?.id])
    })
    const ids = walked.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(before.filter(({ id }) => !ids.includes(id))).toEqual([])
  })

  test('ends after a full last page', async () => {
    const scope = await ownerScope()
    await makeManyProjects(scope.account.id, 100)
    const pages: number[] = []
    await walkProjects(scope, {}, async (page) => void pages.push(page.length))
    expect(pages).toEqual([50, 50])
  })

  test('by newest and oldest follows the order of creation', async () => {
    const scope = await ownerScope()
    for (const name of ['Bridge', 'Arch', 'Column']) await makeProject(scope, name)
    expect(namesOf(await walkProjects(scope, { sort: 'oldest' }))).toEqual(['Bridge', 'Arch', 'Column'])
    expect(namesOf(await walkProjects(scope, { sort: 'newest' }))).toEqual(['Column', 'Arch', 'Bridge'])
    expect(namesOf(await walkProjects(scope))).toEqual(['Arch', 'Bridge', 'Column'])
  })
})

describe('searching', () => {
  let scope: AccountScope
  beforeAll(async () => {
    scope = await ownerScope()
    for (const name of ['100 % sure', 'snake_case', 'back\\slash', "O'Brien", 'Straße', 'Ｗｉｄｅ', 'Old bridge', 'Bridge 2']) {
      await makeProject(scope, name)
    }
    const id = await makeProject(scope, 'Bridge of sighs')
    await archiveProject(scope, { id, archived: true }, REQUEST)
  })

  // ASVS 1.2.4, 1.2.9
  test.each([
    ['bridge', ['Bridge 2', 'Old bridge']],
    ['  BRIDGE ', ['Bridge 2', 'Old bridge']],
    ['STRASSE', ['Straße']],
    ['wide', ['Ｗｉｄｅ']],
    ['%', ['100 % sure']],
    ['_', ['snake_case']],
    ['\\', ['back\\slash']],
    ["o'b", ["O'Brien"]],
    ["' OR true --", []],
    ['no such project', []],
  ])('for %j finds %j', async (search, found) => {
    expect(namesOf(await walkProjects(scope, { search }))).toEqual(found)
  })

  test('searches the archive when it is shown', async () => {
    expect(namesOf(await walkProjects(scope, { search: 'bridge', archived: 'yes' }))).toEqual(['Bridge of sighs'])
  })

  test('pages through the results', async () => {
    const busy = await ownerScope()
    await makeManyProjects(busy.account.id, 300)
    const walked = await walkProjects(busy, { search: '1', sort: 'newest' })
    expect(walked.length).toBeGreaterThan(100)
    expect(walked.every(({ name }) => name.includes('1'))).toBe(true)
    expect(new Set(namesOf(walked)).size).toBe(walked.length)
  })
})

describe('the query', () => {
  let scope: AccountScope
  beforeAll(async () => {
    scope = await ownerScope()
  })

  const plain = { search: '', sort: 'name', archived: undefined, after: undefined }
  // ASVS 2.2.1
  test.each([
    {},
    { search: ['a', 'b'] },
    { search: LONG },
    { search: 'a\0b' },
    { search: '\ud800' },
    { sort: 'size' },
    { sort: ['name', 'newest'] },
    { archived: 'true' },
    { archived: ['yes', 'yes'] },
    { after: ['a', 'b'] },
    { after: '' },
    { after: '\0' },
    { after: LONG },
  ])('%j is ignored when invalid', async (address: Record<string, unknown>) => {
    expect(projectQuery(address)).toEqual(plain)
    await walkProjects(scope, address)
  })

  test.each(['newest', 'oldest'])('sorted by %s accepts only an id as the position', (sort) => {
    expect(projectQuery({ sort, after: "x' OR true" })).toEqual({ ...plain, sort })
    const after = '01890a5d-ac96-774b-bcce-b302099a8057'
    expect(projectQuery({ sort, after })).toEqual({ ...plain, sort, after })
  })

  test('pages past names that are longest after folding', async () => {
    const scope = await ownerScope()
    const widest = 'ß'.repeat(77) // folding turns each into two letters
    for (let n = 100; n < 153; n += 1) await makeProject(scope, widest + n)
    expect(await walkProjects(scope)).toHaveLength(53)
  })
})
