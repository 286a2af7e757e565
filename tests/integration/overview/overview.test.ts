import { afterEach, describe, expect, test } from 'vitest'
import { kindsShownTo } from '@/lib/audit/activity'
import { recordDenial } from '@/lib/audit/denials'
import { type AuditKind, kindsIn } from '@/lib/audit/kinds'
import { inviteMembers } from '@/lib/invitations/invitations'
import { removeMember } from '@/lib/memberships/memberships'
import { offerOwnership } from '@/lib/memberships/ownership'
import { readOverview } from '@/lib/overview/overview'
import { dismissSetup } from '@/lib/overview/setup'
import { type Permission, POLICY } from '@/lib/policy'
import type { Resource } from '@/lib/resource'
import { RESOURCES } from '@/lib/resources'
import { ROLES } from '@/lib/roles'
import type { AccountScope } from '@/lib/scope'
import { asSuperuser } from '../../support/database'
import { invite } from '../../support/invitations'
import { memberScope, ownerScope, REQUEST, unconfirmed, unique } from '../../support/people'
import { insertResource } from '../../support/resources'
import { statementsOf } from '../../support/statements'

async function overviewOf(scope: AccountScope) {
  const overview = await readOverview(scope)
  if (!overview) throw new Error('Not shown')
  return overview
}

const named = (scope: AccountScope, name: string): AccountScope => ({ ...scope, user: { ...scope.user, name } })
const undone = async (scope: AccountScope) =>
  (await overviewOf(scope)).steps.filter(({ isDone }) => !isDone).map(({ step }) => (typeof step === 'string' ? step : step.sentence))
const ON_OVERVIEW = Object.entries<Resource>(RESOURCES).flatMap(([name, { overview }]) => (overview ? [{ name, overview }] : []))

describe('readOverview', () => {
  test('is one statement', async () => {
    const owner = await ownerScope()
    const statements = await statementsOf(() => readOverview(owner))
    expect(statements.filter(({ sql }) => /FROM/.test(sql))).toHaveLength(1)
  })

  // ASVS 8.4.1
  test('shows nothing of another account, even if they share a member', async () => {
    const [mine, theirs] = [await ownerScope(), await ownerScope()]
    await asSuperuser(`INSERT INTO memberships (account_id, user_id, role) VALUES ($1, $2, 'OWNER')`, [mine.account.id, theirs.user.id])
    await invite(theirs)
    await memberScope(theirs, 'MEMBER')
    for (const { name } of ON_OVERVIEW) await insertResource(name, theirs)
    const overview = await overviewOf(mine)
    expect(overview.people.map(({ userId }) => userId).sort()).toEqual([mine.user.id, theirs.user.id].sort())
    expect(overview).toMatchObject({ memberCount: 2, pending: { invitations: [], count: 0 }, offer: null })
    expect(overview.recent.flatMap(({ rows }) => rows)).toEqual([])
    expect(overview.events.map(({ kind }) => kind)).toEqual(['account.created'])
    expect(overview.days.reduce((sum, count) => sum + count)).toBe(1)
  })

  test('lists people in the order they joined, the newest events, and the pending invitations', async () => {
    const owner = await ownerScope()
    const member = await memberScope(owner, 'MEMBER')
    const { email } = await invite(owner)
    const overview = await overviewOf(owner)
    expect(overview.people.map((person) => person.email)).toEqual([owner.user.email, member.user.email])
    expect(overview.events).toMatchObject([
      { kind: 'invitation.sent', target: email, email: owner.user.email, isMember: true },
      { kind: 'account.created' },
    ])
    expect(overview.pending).toMatchObject({ invitations: [{ email }], count: 1 })
    expect(overview.days).toHaveLength(30)
    expect(overview.days.at(-1)).toBe(2)
  })

  test('shows an offer of ownership to the member who has it', async () => {
    const owner = await ownerScope()
    const member = await memberScope(owner, 'MEMBER')
    expect(await offerOwnership(owner, member.user.id, REQUEST)).toMatchObject({ status: 'ok' })
    expect((await overviewOf(member)).offer).toEqual({ offererId: owner.user.id, offererName: owner.user.email })
    expect((await overviewOf(owner)).offer).toBeNull()
  })

  test.each(ON_OVERVIEW)('lists rows of $name', async ({ name, overview: { table } }) => {
    const owner = await ownerScope()
    const id = await insertResource(name, owner)
    const rows = async () =>
      (await overviewOf(owner)).recent.flatMap(({ resource, rows }) => (resource.overview.table === table ? rows : []))
    expect(await rows()).toMatchObject([{ id }])
  })

  // ASVS 8.2.3
  test('hides from others a user whose email is not confirmed, and shows that user to themselves', async () => {
    const owner = await ownerScope()
    const member = await unconfirmed(await memberScope(owner, 'MEMBER'))
    const seen = async (scope: AccountScope) => (await overviewOf(scope)).people.find(({ userId }) => userId === member.user.id)
    expect(await seen(owner)).toMatchObject({ email: null, name: null })
    expect(await seen(member)).toMatchObject({ email: member.user.email })
  })

  test('shows a former member under their name at the time', async () => {
    const owner = await ownerScope()
    const admin = await memberScope(owner, 'ADMIN')
    await inviteMembers(admin, { emails: [`${unique('guest')}@example.com`], role: 'MEMBER' }, REQUEST)
    await removeMember(owner, admin.user.id, REQUEST)
    await asSuperuser("UPDATE users SET email = 'later-' || email, name = 'Renamed' WHERE id = $1", [admin.user.id])
    const event = (await overviewOf(owner)).events.find(({ kind }) => kind === 'invitation.sent')
    expect(event).toMatchObject({ email: admin.user.email, name: null, isMember: false })
  })
})

describe('an account’s activity', () => {
  // ASVS 8.2.3, 16.3.2
  test('shows a plain member what happened to members and resources, and neither invitations nor denied attempts', async () => {
    const owner = await ownerScope()
    const [member, gone] = [await memberScope(owner, 'MEMBER'), await memberScope(owner, 'MEMBER')]
    const { email } = await invite(owner)
    await recordDenial(member, 'audit.list', REQUEST)
    await removeMember(owner, gone.user.id, REQUEST)
    const kinds = async (scope: AccountScope) => (await overviewOf(scope)).events.map(({ kind }) => kind)
    expect(await kinds(owner)).toEqual(['membership.removed', 'access.denied', 'invitation.sent', 'account.created'])
    const seen = await overviewOf(member)
    expect(seen.events.map(({ kind }) => kind)).toEqual(['membership.removed', 'account.created'])
    expect(seen.pending).toBeNull()
    expect(seen.days.at(-1)).toBe(2)
    expect(JSON.stringify(seen)).not.toContain(email)
    expect(JSON.stringify([seen, await overviewOf(owner)])).not.toContain(REQUEST.ip)
  })

  const HIDDEN: AuditKind[] = [
    'access.denied',
    'account.deleted',
    'account.exported',
    'account.policy-changed',
    'account.restored-from-backup',
    'account.suspended',
    'account.unsuspended',
    'audit.exported',
    'invitation.declined',
    'invitation.restored',
    'invitation.revoked',
    'invitation.sent',
    'ownership.declined',
    'ownership.offered',
    'ownership.withdrawn',
  ]

  test('shows a plain member every event of a resource, and all core events but these', async () => {
    const member = await memberScope(await ownerScope(), 'MEMBER')
    const shown = kindsShownTo(member) ?? []
    const hidden = kindsIn('account').filter(({ kind }) => !shown.includes(kind))
    expect(hidden.map(({ kind }) => kind).sort()).toEqual(HIDDEN)
  })

  const table: Partial<Record<Permission, object>> = POLICY
  const whole = { ...table }
  afterEach(() => {
    Object.assign(table, whole)
  })

  test('shows the events of a resource, and its rows, to those who may open its section', async () => {
    const member = await memberScope(await ownerScope(), 'MEMBER')
    for (const { events, section } of Object.values<Resource>(RESOURCES)) {
      expect(kindsShownTo(member)).toEqual(expect.arrayContaining(Object.keys(events)))
      table[section.permission as Permission] = Object.fromEntries(ROLES.map((role) => [role, () => false]))
      expect(kindsShownTo(member)).not.toEqual(expect.arrayContaining(Object.keys(events)))
      expect((await overviewOf(member)).recent.map(({ resource }) => resource.section.segment)).not.toContain(section.segment)
    }
  })
})

describe('the setup checklist', () => {
  const CREATE = ON_OVERVIEW.map(({ overview }) => overview.setup.step)

  test('lists what is left to do, and goes once all is done', async () => {
    const owner = await unconfirmed(await ownerScope())
    expect(await undone(owner)).toEqual(['confirm-email', 'add-name', ...CREATE, 'invite-teammate'])
    const ready = named({ ...owner, user: { ...owner.user, emailVerified: new Date() } }, 'Olga')
    expect(await undone(ready)).toEqual([...CREATE, 'invite-teammate'])
    for (const { name } of ON_OVERVIEW) await insertResource(name, owner)
    expect(await undone(ready)).toEqual(['invite-teammate'])
    await memberScope(owner, 'MEMBER')
    expect((await overviewOf(ready)).steps).toEqual([])
  })

  test('counts a pending invitation as a teammate', async () => {
    const owner = await ownerScope()
    await invite(owner)
    expect(await undone(owner)).toEqual(['add-name', ...CREATE])
  })

  test('lists only steps that the caller may take', async () => {
    const member = await memberScope(await ownerScope(), 'MEMBER')
    expect(await undone(member)).toEqual(['add-name', ...CREATE])
  })

  test('can be dismissed, by each member for themselves and in each account', async () => {
    const owner = await ownerScope()
    const member = await memberScope(owner, 'MEMBER')
    expect(await dismissSetup(owner)).toMatchObject({ status: 'ok' })
    expect((await overviewOf(owner)).steps).toEqual([])
    expect((await overviewOf(member)).steps).not.toEqual([])
    expect((await overviewOf(await ownerScope())).steps).not.toEqual([])
  })
})
