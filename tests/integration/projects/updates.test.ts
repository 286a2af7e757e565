import { describe, expect, test } from 'vitest'
import type { Role } from '@/lib/generated/prisma/enums'
import { message } from '@/lib/messages'
import { forbidden, notFound, ok } from '@/lib/outcome'
import { findEditableProject, findProject } from '@/lib/projects/find'
import { deleteProject, editProject } from '@/lib/projects/projects'
import { newUpdateSchema } from '@/lib/projects/schema'
import { deleteUpdate, editUpdate, postUpdate } from '@/lib/projects/updates'
import { ROLES } from '@/lib/roles'
import type { AccountScope } from '@/lib/scope'
import { asSuperuser } from '../../support/database'
import { memberScope, ownerScope, REQUEST } from '../../support/people'
import { makeProject, NEW_PROJECT } from './support'

const UNKNOWN_ID = '01890a5d-ac96-774b-bcce-b302099a8057'

async function post(scope: AccountScope, projectId: string, body = 'News'): Promise<string> {
  const posted = await postUpdate(scope, { projectId, body }, REQUEST)
  if (posted.status !== 'ok') throw new Error('Not posted')
  return posted.value.id
}

/** Returns an account's updates and their audit events. */
const contents = ({ account }: AccountScope) =>
  Promise.all([
    asSuperuser('SELECT * FROM project_updates WHERE account_id = $1 ORDER BY id', [account.id]),
    asSuperuser("SELECT kind, actor_id, target_id FROM audit_events WHERE account_id = $1 AND kind LIKE 'project-update.%' ORDER BY id", [
      account.id,
    ]),
  ])

const bodiesOf = async (scope: AccountScope, id: string, after?: string) =>
  (await findProject(scope, id, after))?.updates.map(({ body }) => body)

describe('an update', () => {
  test('is posted, edited, and deleted, and is recorded with its actor and project', async () => {
    const owner = await ownerScope()
    const scope = await memberScope(owner, 'MEMBER')
    const projectId = await makeProject(owner)
    const id = await post(scope, projectId, 'Arrived')
    expect((await findProject(owner, projectId))?.updates).toMatchObject([
      { id, body: 'Arrived', createdBy: scope.user.id, isEdited: false },
    ])
    expect(await editUpdate(scope, { id, body: 'Delayed' }, REQUEST)).toEqual(ok({ projectId }))
    expect((await findProject(owner, projectId))?.updates).toMatchObject([{ id, body: 'Delayed', isEdited: true }])
    expect(await editUpdate(scope, { id, body: 'Delayed' }, REQUEST)).toEqual(ok({ projectId }))
    expect(await deleteUpdate(scope, id, REQUEST)).toEqual(ok({ projectId }))
    const by = { actor_id: scope.user.id, target_id: projectId }
    expect(await contents(owner)).toEqual([
      [],
      [
        { ...by, kind: 'project-update.posted' },
        { ...by, kind: 'project-update.edited' },
        { ...by, kind: 'project-update.deleted' },
      ],
    ])
  })

  test('is deleted with its project', async () => {
    const scope = await ownerScope()
    const projectId = await makeProject(scope)
    await post(scope, projectId)
    await deleteProject(scope, projectId, REQUEST)
    expect((await contents(scope))[0]).toEqual([])
  })

  // ASVS 8.4.1
  test.each(ROLES)('of another account is unknown to %s', async (role) => {
    const [here, there] = [await ownerScope(), await ownerScope()]
    const projectId = await makeProject(there)
    const id = await post(there, projectId)
    const before = await contents(there)
    const scope = await memberScope(here, role)
    expect(await postUpdate(scope, { projectId, body: 'News' }, REQUEST)).toEqual(notFound)
    for (const each of [id, UNKNOWN_ID]) {
      expect(await editUpdate(scope, { id: each, body: 'News' }, REQUEST)).toEqual(notFound)
      expect(await deleteUpdate(scope, each, REQUEST)).toEqual(notFound)
    }
    expect([await findProject(scope, projectId), await findEditableProject(scope, projectId)]).toEqual([null, null])
    expect(await contents(there)).toEqual(before)
    expect(await contents(here)).toEqual([[], []])
  })

  /** Whether each role can post, and whose updates it can edit and delete: by hand, as a table compared with itself proves nothing. */
  const ALLOWED: Record<Role, { posts: boolean; edits: string[]; deletes: string[] }> = {
    OWNER: { posts: true, edits: ['their own'], deletes: ['their own', "another member's"] },
    ADMIN: { posts: true, edits: ['their own'], deletes: ['their own', "another member's"] },
    MEMBER: { posts: true, edits: ['their own'], deletes: ['their own'] },
  }

  // ASVS 8.2.2
  test.each(ROLES)('is posted by %s only as the policy allows', async (role) => {
    const owner = await ownerScope()
    const scope = await memberScope(owner, role)
    const posted = await postUpdate(scope, { projectId: await makeProject(owner), body: 'News' }, REQUEST)
    expect(posted).toMatchObject(ALLOWED[role].posts ? { status: 'ok' } : forbidden)
    expect((await contents(owner))[0]).toHaveLength(ALLOWED[role].posts ? 1 : 0)
  })

  const cases = ROLES.flatMap((role) =>
    ['their own', "another member's"].map((whose) => {
      const { edits, deletes } = ALLOWED[role]
      return [role, whose, edits.includes(whose), deletes.includes(whose)] as const
    }),
  )
  // ASVS 8.2.2
  test.each(cases)('decides for %s about %s: edit %s, delete %s', async (role, whose, mayEdit, mayDelete) => {
    const owner = await ownerScope()
    const [scope, other] = [await memberScope(owner, role), await memberScope(owner, 'MEMBER')]
    const projectId = await makeProject(owner)
    const id = await post(owner, projectId)
    const { user } = whose === 'their own' ? scope : other
    await asSuperuser('UPDATE project_updates SET created_by = $1 WHERE id = $2', [user.id, id])
    const before = await contents(owner)
    expect(await editUpdate(scope, { id, body: 'Other news' }, REQUEST)).toEqual(mayEdit ? ok({ projectId }) : forbidden)
    if (!mayEdit) expect(await contents(owner)).toEqual(before)
    const edited = await contents(owner)
    expect(await deleteUpdate(scope, id, REQUEST)).toEqual(mayDelete ? ok({ projectId }) : forbidden)
    if (!mayDelete) expect(await contents(owner)).toEqual(edited)
  })

  test.each([
    ['', message('project-update-missing')],
    [' \r\n\t ', message('project-update-missing')],
    ['\u200b', message('project-update-missing')],
    ['x'.repeat(4001), message('too-long', { max: 4000 })],
    ['a\0b', message('invisible-characters')],
    ['a\u001bb', message('invisible-characters')],
    ['a\ud800', message('invisible-characters')],
  ])('cannot be %j', (body, reason) => {
    expect(newUpdateSchema.safeParse({ id: UNKNOWN_ID, body }).error?.issues[0]?.message).toBe(reason)
  })

  test('keeps its lines, and whatever a person can type', async () => {
    const scope = await ownerScope()
    const projectId = await makeProject(scope)
    const bodies = ['one\r\n\r\ntwo\tthree', 'می‌خواهم 👩‍💻', '🌉'.repeat(4000), '<script>alert(1)</script>']
    for (const body of bodies) await post(scope, projectId, newUpdateSchema.parse({ id: projectId, body }).body)
    expect(await bodiesOf(scope, projectId)).toEqual(['one\n\ntwo\tthree', ...bodies.slice(1)].toReversed())
  })
})

describe('a project’s page', () => {
  test('shows twenty updates at a time, newest first', async () => {
    const scope = await ownerScope()
    const [projectId, other] = [await makeProject(scope), await makeProject(scope)]
    await post(scope, other, 'elsewhere')
    for (let n = 1; n <= 41; n += 1) await post(scope, projectId, String(n))
    const walked: (string | undefined)[] = []
    for (let after: string | undefined, isFirst = true; isFirst || after; isFirst = false) {
      const project = await findProject(scope, projectId, after)
      walked.push(project?.updates.map(({ body }) => body).join())
      after = project?.next
    }
    const numbers = Array.from({ length: 41 }, (_, n) => String(41 - n))
    expect(walked).toEqual([numbers.slice(0, 20).join(), numbers.slice(20, 40).join(), '1'])
  })

  test('shows its own events, newest first, without addresses', async () => {
    const scope = await ownerScope()
    const [id, other] = [await makeProject(scope, 'Bridge'), await makeProject(scope, 'Tower')]
    await post(scope, id)
    await post(scope, other)
    await editProject(scope, { ...NEW_PROJECT, id, name: 'Bridge', status: 'done', leadId: scope.user.id }, REQUEST)
    const project = await findProject(scope, id)
    expect(project?.events.map(({ kind, target }) => [kind, target])).toEqual([
      ['project.status-changed', 'Bridge'],
      ['project-update.posted', 'Bridge'],
      ['project.created', 'Bridge'],
    ])
    expect(JSON.stringify(project)).not.toContain(REQUEST.ip)
  })

  // ASVS 8.2.3
  test('names members as the account may see them, and former members not at all', async () => {
    const owner = await ownerScope()
    const [member, claimant] = [await memberScope(owner, 'MEMBER'), await memberScope(owner, 'MEMBER')]
    await asSuperuser("UPDATE users SET name = 'Ada' WHERE id = $1", [member.user.id])
    await asSuperuser("UPDATE users SET name = 'Eve', email_verified_at = NULL WHERE id = $1", [claimant.user.id])
    const id = await makeProject(member)
    await post(member, id)
    await post(claimant, id)
    const namesIn = async (scope: AccountScope) => {
      const project = await findProject(scope, id)
      return [project?.lead, ...(project?.updates ?? []).map(({ author }) => author), ...(project?.events ?? []).map(({ actor }) => actor)]
    }
    expect(await namesIn(owner)).toEqual(['Ada', 'Unconfirmed user', 'Ada', 'Unconfirmed user', 'Ada', 'Ada'])
    await asSuperuser('DELETE FROM memberships WHERE user_id = $1', [member.user.id])
    expect(await namesIn(owner)).toEqual([
      'Former member',
      'Unconfirmed user',
      'Former member',
      'Unconfirmed user',
      'Former member',
      'Former member',
    ])
  })

  test('can be led by any member of its account', async () => {
    const [scope, other] = [await ownerScope(), await ownerScope()]
    const ids = [
      scope.user.id,
      ...(await Promise.all(['MEMBER', 'ADMIN'].map((role) => memberScope(scope, role as Role)))).map(({ user }) => user.id),
    ]
    const found = await findEditableProject(scope, await makeProject(scope))
    expect(found?.leads.map(({ id }) => id).sort()).toEqual(ids.sort())
    expect(ids).not.toContain(other.user.id)
  })

  test.each(['', 'x', '0', "' OR true --", '01890a5d'])('is not found by the malformed id %j', async (id) => {
    const scope = await ownerScope()
    expect([await findProject(scope, id), await findEditableProject(scope, id)]).toEqual([null, null])
  })
})
