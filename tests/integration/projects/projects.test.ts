import { describe, expect, test } from 'vitest'
import type { Role } from '@/lib/generated/prisma/enums'
import { message } from '@/lib/messages'
import { forbidden, invalid, notFound, ok } from '@/lib/outcome'
import { listProjects } from '@/lib/projects/list'
import { archiveProject, createProject, deleteProject, editProject } from '@/lib/projects/projects'
import { newProjectSchema } from '@/lib/projects/schema'
import { ROLES } from '@/lib/roles'
import type { AccountScope } from '@/lib/scope'
import { atOnce } from '../../support/at-once'
import { asSuperuser } from '../../support/database'
import { memberScope, ownerScope, REQUEST } from '../../support/people'
import { makeProject, NEW_PROJECT, projectQuery } from './support'

const TAKEN = invalid({ name: 'project-name-taken' })
const UNKNOWN_ID = '01890a5d-ac96-774b-bcce-b302099a8057'

/** Each change of one project, by name. */
const CHANGES = {
  edit: (scope: AccountScope, id: string) => editProject(scope, { ...NEW_PROJECT, id, name: 'Renamed', leadId: null }, REQUEST),
  archive: (scope: AccountScope, id: string) => archiveProject(scope, { id, archived: true }, REQUEST),
  unarchive: (scope: AccountScope, id: string) => archiveProject(scope, { id, archived: false }, REQUEST),
  delete: (scope: AccountScope, id: string) => deleteProject(scope, id, REQUEST),
}

const events = ({ account }: AccountScope) =>
  asSuperuser(`SELECT kind, actor_id, target, details, ip FROM audit_events WHERE account_id = $1 AND kind LIKE 'project.%' ORDER BY id`, [
    account.id,
  ])

/** Returns an account's projects and their audit events. */
async function contents(scope: AccountScope) {
  return [await asSuperuser('SELECT * FROM projects WHERE account_id = $1 ORDER BY id', [scope.account.id]), await events(scope)]
}

const names = async (scope: AccountScope, address = {}) =>
  (await listProjects(scope, projectQuery({ sort: 'name', ...address })))?.projects.map(({ name }) => name)

describe('a change to a project', () => {
  test('shows in the list, and is recorded with its actor', async () => {
    const scope = await ownerScope()
    const id = await makeProject(scope, 'Bridge')
    expect(await names(scope)).toEqual(['Bridge'])

    expect(await editProject(scope, { ...NEW_PROJECT, id, name: 'Tower', leadId: scope.user.id }, REQUEST)).toEqual({
      status: 'ok',
      value: 'Tower',
    })
    expect(await names(scope)).toEqual(['Tower'])

    expect(await archiveProject(scope, { id, archived: true }, REQUEST)).toEqual({ status: 'ok', value: 'Tower' })
    expect([await names(scope), await names(scope, { status: 'archived' })]).toEqual([[], ['Tower']])

    expect(await archiveProject(scope, { id, archived: false }, REQUEST)).toEqual({ status: 'ok', value: 'Tower' })
    expect([await names(scope), await names(scope, { status: 'archived' })]).toEqual([['Tower'], []])

    expect(await deleteProject(scope, id, REQUEST)).toEqual({ status: 'ok', value: 'Tower' })
    expect((await contents(scope))[0]).toEqual([])

    const by = { actor_id: scope.user.id, ip: REQUEST.ip, details: {} }
    expect(await events(scope)).toEqual([
      { ...by, kind: 'project.created', target: 'Bridge' },
      { ...by, kind: 'project.renamed', target: 'Tower', details: { from: 'Bridge' } },
      { ...by, kind: 'project.archived', target: 'Tower' },
      { ...by, kind: 'project.unarchived', target: 'Tower' },
      { ...by, kind: 'project.deleted', target: 'Tower' },
    ])
  })

  test('is refused for an unknown id', async () => {
    const scope = await ownerScope()
    for (const change of Object.values(CHANGES)) expect(await change(scope, UNKNOWN_ID)).toEqual(notFound)
    expect(await contents(scope)).toEqual([[], []])
  })
})

describe('editing a project', () => {
  test('records each kind of change, and nothing if nothing differs', async () => {
    const scope = await ownerScope()
    const ada = await memberScope(scope, 'MEMBER')
    await asSuperuser("UPDATE users SET name = 'Ada' WHERE id = $1", [ada.user.id])
    const id = await makeProject(scope, 'Bridge')
    const edited = { id, name: 'Tower', description: 'High', status: 'active', leadId: ada.user.id } as const
    const written = async () => (await events(scope)).slice(1).map(({ kind, details }) => [kind, details])

    expect(await editProject(scope, edited, REQUEST)).toEqual(ok('Tower'))
    const changes = [
      ['project.renamed', { from: 'Bridge' }],
      ['project.described', {}],
      ['project.status-changed', { from: 'planned', to: 'active' }],
      ['project.lead-changed', { lead: 'Ada' }],
    ]
    expect(await written()).toEqual(changes)
    const before = await contents(scope)
    expect(await editProject(scope, edited, REQUEST)).toEqual(ok('Tower'))
    expect(await contents(scope)).toEqual(before)

    expect(await editProject(scope, { ...edited, leadId: null }, REQUEST)).toEqual(ok('Tower'))
    expect(await written()).toEqual([...changes, ['project.lead-changed', { lead: '' }]])
  })

  // ASVS 8.4.1
  test('takes a lead from the account only', async () => {
    const [scope, other] = [await ownerScope(), await ownerScope()]
    const former = await memberScope(scope, 'MEMBER')
    await asSuperuser('DELETE FROM memberships WHERE user_id = $1', [former.user.id])
    const id = await makeProject(scope, 'Bridge')
    const before = await contents(scope)
    for (const leadId of [other.user.id, former.user.id, UNKNOWN_ID])
      expect(await editProject(scope, { ...NEW_PROJECT, id, name: 'Bridge', leadId }, REQUEST)).toEqual(
        invalid({ leadId: 'project-lead-unknown' }),
      )
    expect(await contents(scope)).toEqual(before)
  })

  test('keeps a lead who left, until another is chosen', async () => {
    const scope = await ownerScope()
    const former = await memberScope(scope, 'MEMBER')
    const id = await makeProject(former, 'Bridge')
    await asSuperuser('DELETE FROM memberships WHERE user_id = $1', [former.user.id])
    const edited = { ...NEW_PROJECT, id, name: 'Bridge' }
    expect(await editProject(scope, { ...edited, status: 'done', leadId: former.user.id }, REQUEST)).toEqual(ok('Bridge'))
    expect(await editProject(scope, { ...edited, leadId: null }, REQUEST)).toEqual(ok('Bridge'))
    expect(await asSuperuser('SELECT status, lead_id FROM projects WHERE id = $1', [id])).toEqual([{ status: 'planned', lead_id: null }])
  })
})

describe('a project of another account', () => {
  // ASVS 8.4.1
  test.each(Object.entries(CHANGES))('cannot be changed in any role: %s', async (_, change) => {
    const [here, there] = [await ownerScope(), await ownerScope()]
    const id = await makeProject(there, 'Bridge')
    const before = await contents(there)
    for (const role of ROLES) expect(await change(await memberScope(here, role), id)).toEqual(notFound)
    expect(await contents(there)).toEqual(before)
    expect(await contents(here)).toEqual([[], []])
  })

  test('does not take its name from this account', async () => {
    const [here, there] = [await ownerScope(), await ownerScope()]
    await makeProject(there, 'Bridge')
    await makeProject(here, 'Bridge')
    expect([await names(here), await names(there)]).toEqual([['Bridge'], ['Bridge']])
  })
})

describe('the policy', () => {
  const USES: Record<string, (scope: AccountScope, id: string) => Promise<unknown>> = {
    list: async (scope) => ((await listProjects(scope, projectQuery())) ? ok(null) : forbidden),
    create: (scope) => createProject(scope, { ...NEW_PROJECT, name: 'Tower' }, REQUEST),
    edit: CHANGES.edit,
    archive: CHANGES.archive,
    unarchive: CHANGES.unarchive,
  }
  const CREATORS = ['another member', 'themselves', 'a former member']

  /** What each role can do, and whose projects it can delete: by hand, because a table compared with itself proves nothing. */
  const ALLOWED: Record<Role, { uses: string[]; deletes: string[] }> = {
    OWNER: { uses: ['list', 'create', 'edit', 'archive', 'unarchive'], deletes: CREATORS },
    ADMIN: { uses: ['list', 'create', 'edit', 'archive', 'unarchive'], deletes: CREATORS },
    MEMBER: { uses: ['list', 'create', 'edit', 'archive', 'unarchive'], deletes: ['themselves'] },
  }

  const uses = ROLES.flatMap((role) =>
    Object.entries(USES).map(([name, use]) => [role, name, ALLOWED[role].uses.includes(name), use] as const),
  )
  test.each(uses)('decides if %s can %s a project: %s', async (role, _, isAllowed, use) => {
    const owner = await ownerScope()
    const id = await makeProject(owner, 'Bridge')
    const scope = await memberScope(owner, role)
    const before = await contents(owner)
    expect(await use(scope, id)).toMatchObject(isAllowed ? { status: 'ok' } : forbidden)
    if (!isAllowed) expect(await contents(owner)).toEqual(before)
  })

  const deletions = ROLES.flatMap((role) => CREATORS.map((creator) => [role, creator, ALLOWED[role].deletes.includes(creator)] as const))
  test.each(deletions)('decides if %s can delete a project created by %s: %s', async (role, creator, isAllowed) => {
    const owner = await ownerScope()
    const [scope, other] = [await memberScope(owner, role), await memberScope(owner, 'MEMBER')]
    const id = await makeProject(owner, 'Bridge')
    const { user } = creator === 'themselves' ? scope : other
    await asSuperuser('UPDATE projects SET created_by = $1 WHERE id = $2', [user.id, id])
    if (creator === 'a former member') await asSuperuser('DELETE FROM memberships WHERE user_id = $1', [other.user.id])
    const before = await contents(owner)
    expect(await deleteProject(scope, id, REQUEST)).toEqual(isAllowed ? ok('Bridge') : forbidden)
    if (isAllowed) expect(await names(owner)).toEqual([])
    else expect(await contents(owner)).toEqual(before)
  })
})

describe('a project’s name', () => {
  test.each(['bridge', ' BRIDGE ', 'Ｂｒｉｄｇｅ'])('%j equals “Bridge” when creating and renaming', async (name) => {
    const scope = await ownerScope()
    await makeProject(scope, 'Bridge')
    const tower = await makeProject(scope, 'Tower')
    const before = await contents(scope)
    const parsed = newProjectSchema.parse({ ...NEW_PROJECT, name })
    expect(await createProject(scope, parsed, REQUEST)).toEqual(TAKEN)
    expect(await editProject(scope, { id: tower, ...parsed, leadId: null }, REQUEST)).toEqual(TAKEN)
    expect(await contents(scope)).toEqual(before)
  })

  test('stays taken while the project is archived, and is free after it is deleted', async () => {
    const scope = await ownerScope()
    const id = await makeProject(scope, 'Bridge')
    await archiveProject(scope, { id, archived: true }, REQUEST)
    expect(await createProject(scope, { ...NEW_PROJECT, name: 'Bridge' }, REQUEST)).toEqual(TAKEN)
    await deleteProject(scope, id, REQUEST)
    expect(await createProject(scope, { ...NEW_PROJECT, name: 'Bridge' }, REQUEST)).toMatchObject({ status: 'ok' })
  })

  test('can be changed in case only', async () => {
    const scope = await ownerScope()
    const id = await makeProject(scope, 'Bridge')
    expect(await editProject(scope, { ...NEW_PROJECT, id, name: 'BRIDGE', leadId: null }, REQUEST)).toEqual({
      status: 'ok',
      value: 'BRIDGE',
    })
  })

  // ASVS 2.3.4
  test('is given to one project when fifty requests create it at the same time', async () => {
    const scope = await ownerScope()
    const outcomes = await atOnce(50, (n) => createProject(scope, { ...NEW_PROJECT, name: n % 2 ? 'Bridge' : 'BRIDGE' }, REQUEST))
    expect(outcomes.filter((created) => created.status === 'ok')).toHaveLength(1)
    expect(outcomes.filter((created) => created.status !== 'ok')).toEqual(Array(49).fill(TAKEN))
    const [projects, written] = await contents(scope)
    expect([projects?.length, written?.length]).toEqual([1, 1])
  })

  test.each([
    ['', message('project-name-missing')],
    ['   ', message('project-name-missing')],
    ['x'.repeat(81), message('too-long', { max: 80 })],
    ['Bri\u200bdge', message('invisible-characters')],
    ['Bri\u202edge', message('invisible-characters')],
    ['Bri\ndge', message('invisible-characters')],
    ['\0', message('invisible-characters')],
    ['Bri\ud800', message('invisible-characters')],
  ])('cannot be %j', (name, reason) => {
    expect(newProjectSchema.safeParse({ ...NEW_PROJECT, name }).error?.issues[0]?.message).toBe(reason)
  })

  test.each([
    ['x', 'x'],
    [' Bridge ', 'Bridge'],
    ['ﬁn', 'fin'],
  ])('%j is stored as %j', (name, stored) => {
    expect(newProjectSchema.parse({ ...NEW_PROJECT, name })).toMatchObject({ name: stored })
  })

  test('can have eighty characters in any script', async () => {
    const scope = await ownerScope()
    const longest = ['x'.repeat(80), '橋'.repeat(80), '🌉'.repeat(80)]
    for (const name of longest) await makeProject(scope, newProjectSchema.parse({ ...NEW_PROJECT, name }).name)
    expect(await names(scope, { sort: 'updated' })).toEqual(longest.toReversed())
  })
})
