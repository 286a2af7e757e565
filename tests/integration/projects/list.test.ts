import { beforeAll, describe, expect, test } from 'vitest'
import { archiveProject, editProject } from '@/lib/projects/projects'
import { PROJECT_SORTS } from '@/lib/projects/schema'
import { PROJECT_STATUSES } from '@/lib/projects/status'
import { postUpdate } from '@/lib/projects/updates'
import type { AccountScope } from '@/lib/scope'
import { asSuperuser } from '../../support/database'
import { memberScope, ownerScope, REQUEST } from '../../support/people'
import { makeManyProjects, makeProject, NEW_PROJECT, projectQuery, walkProjects } from './support'

const ORDERS = { updated: 'updated_at DESC, id DESC', name: 'name_key', status: 'status_rank, name_key', lead: 'name_key' }
const LONG = 'x'.repeat(500)
const namesOf = (projects: { name: string }[]) => projects.map(({ name }) => name)

describe('paging', () => {
  test.each(PROJECT_SORTS)('by %s shows each project once, in order', async (sort) => {
    const scope = await ownerScope()
    await makeManyProjects(scope.account.id, 123)
    const pages: number[] = []
    const walked = await walkProjects(scope, { sort }, async (page) => void pages.push(page.length))
    expect(pages).toEqual([50, 50, 23])
    const all = await asSuperuser<{ name: string }>(`SELECT name FROM projects WHERE account_id = $1 ORDER BY ${ORDERS[sort]}`, [
      scope.account.id,
    ])
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

  test('by updated, name, and status sorts by what the list shows', async () => {
    const scope = await ownerScope()
    const ids: Record<string, string> = {}
    for (const name of ['Bridge', 'Arch', 'Column']) ids[name] = await makeProject(scope, name)
    expect(namesOf(await walkProjects(scope))).toEqual(['Column', 'Arch', 'Bridge'])
    expect(namesOf(await walkProjects(scope, { sort: 'name' }))).toEqual(['Arch', 'Bridge', 'Column'])
    const bridge = { ...NEW_PROJECT, id: ids.Bridge ?? '', name: 'Bridge', leadId: null }
    await editProject(scope, { ...bridge, status: 'active' }, REQUEST)
    expect(namesOf(await walkProjects(scope))).toEqual(['Bridge', 'Column', 'Arch'])
    expect(namesOf(await walkProjects(scope, { sort: 'status' }))).toEqual(['Bridge', 'Arch', 'Column'])
    await postUpdate(scope, { projectId: ids.Arch ?? '', body: 'Keystone set' }, REQUEST)
    expect(namesOf(await walkProjects(scope))).toEqual(['Arch', 'Bridge', 'Column'])
  })
})

describe('the filter', () => {
  test.each(PROJECT_STATUSES)('for %s lists these projects, without archived ones', async (status) => {
    const scope = await ownerScope()
    await archiveProject(scope, { id: await makeProject(scope, 'Archived', status), archived: true }, REQUEST)
    for (const each of PROJECT_STATUSES) await makeProject(scope, each, each)
    expect(namesOf(await walkProjects(scope, { status }))).toEqual([status])
    expect(namesOf(await walkProjects(scope, { status: 'archived' }))).toEqual(['Archived'])
    expect(await walkProjects(scope)).toHaveLength(4)
  })
})

describe('the lead', () => {
  test('sorts by what the list shows, and continues after any page', async () => {
    const scope = await ownerScope()
    const crew = await Promise.all(['Zoe', 'Ada', 'Ada'].map(() => memberScope(scope, 'MEMBER')))
    for (const [index, name] of ['Zoe', 'ada', 'Ada'].entries())
      await asSuperuser('UPDATE users SET name = $2 WHERE id = $1', [crew[index]?.user.id, name])
    await makeManyProjects(scope.account.id, 160)
    // in turn the leads, and no lead
    const ids = crew.map(({ user }) => user.id)
    await asSuperuser('UPDATE projects SET lead_id = ($2::uuid[])[right(name_key, 5)::int % 4 + 1] WHERE account_id = $1', [
      scope.account.id,
      ids,
    ])
    const walked = await walkProjects(scope, { sort: 'lead' })
    const numbersOf = (...rests: number[]) => Array.from({ length: 160 }, (_, n) => n + 1).filter((n) => rests.includes(n % 4))
    const expected = [...numbersOf(1, 2), ...numbersOf(0), ...numbersOf(3)]
    expect(namesOf(walked)).toEqual(expected.map((n) => `Crowd ${String(n).padStart(5, '0')}`))
    expect(walked.map(({ lead }) => lead?.toLowerCase() ?? null)).toEqual([
      ...Array(80).fill('ada'),
      ...Array(40).fill('zoe'),
      ...Array(40).fill(null),
    ])
  })

  test('is shown as the account may see them, even after they left', async () => {
    const scope = await ownerScope()
    const [member, claimant] = [await memberScope(scope, 'MEMBER'), await memberScope(scope, 'MEMBER')]
    await asSuperuser("UPDATE users SET name = 'Ada' WHERE id = $1", [member.user.id])
    await asSuperuser("UPDATE users SET name = 'Eve', email_verified_at = NULL WHERE id = $1", [claimant.user.id])
    await makeProject(member, 'Arch')
    await makeProject(claimant, 'Bridge')
    const leads = async () => (await walkProjects(scope, { sort: 'name' })).map(({ lead }) => lead)
    expect(await leads()).toEqual(['Ada', 'Unconfirmed user'])
    await asSuperuser('DELETE FROM memberships WHERE user_id = $1', [member.user.id])
    expect(await leads()).toEqual(['Former member', 'Unconfirmed user'])
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
    expect(namesOf(await walkProjects(scope, { search, sort: 'name' }))).toEqual(found)
  })

  test('searches the archive when it is shown', async () => {
    expect(namesOf(await walkProjects(scope, { search: 'bridge', status: 'archived' }))).toEqual(['Bridge of sighs'])
  })

  test('pages through the results', async () => {
    const busy = await ownerScope()
    await makeManyProjects(busy.account.id, 300)
    const walked = await walkProjects(busy, { search: '1', sort: 'status' })
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

  const plain = { search: '', sort: 'updated', status: undefined, after: undefined }
  // ASVS 2.2.1
  test.each([
    {},
    { search: ['a', 'b'] },
    { search: LONG },
    { search: 'a\0b' },
    { search: '\ud800' },
    { sort: 'size' },
    { sort: ['name', 'status'] },
    { status: 'size' },
    { status: ['active', 'active'] },
    { after: ['a', 'b'] },
    { after: '' },
    { after: '\0' },
    { after: LONG },
  ])('%j is ignored when invalid', async (address: Record<string, unknown>) => {
    expect(projectQuery(address)).toEqual(plain)
    await walkProjects(scope, address)
  })

  const id = '01890a5d-ac96-774b-bcce-b302099a8057'
  test.each([
    ['updated', [`1.${id}`], ["x' OR true", id, `1.${id}x`, `99999999999999.${id}`, `1.${'-'.repeat(36)}`, `1.${'a'.repeat(36)}`]],
    ['name', ['bridge', '1.x'], []],
    ['status', ['1.bridge', '4.a.b'], ['bridge', '5.bridge']],
  ])('sorted by %s accepts only a position in that order', async (sort, valid, wrong) => {
    for (const after of valid) expect(projectQuery({ sort, after })).toEqual({ ...plain, sort, after })
    for (const after of wrong) expect(projectQuery({ sort, after })).toEqual({ ...plain, sort })
    for (const after of valid) await walkProjects(scope, { sort, after })
  })

  test('pages past names that are longest after folding', async () => {
    const scope = await ownerScope()
    const widest = 'ß'.repeat(77) // folding turns each into two letters
    for (let n = 100; n < 153; n += 1) await makeProject(scope, widest + n)
    for (const sort of PROJECT_SORTS) expect(await walkProjects(scope, { sort })).toHaveLength(53)
  })
})
