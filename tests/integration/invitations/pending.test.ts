import { describe, expect, test } from 'vitest'
import { readHome } from '@/lib/accounts/home'
import { listInvitations } from '@/lib/invitations/invitations'
import { acceptInvitation } from '@/lib/invitations/link'
import { acceptPendingInvitation, declineInvitation } from '@/lib/invitations/pending'
import { conflict } from '@/lib/outcome'
import { atOnce } from '../../support/at-once'
import { asSuperuser } from '../../support/database'
import { invite } from '../../support/invitations'
import { queuedMails } from '../../support/mail-jobs'
import { createUser, ownerScope, REQUEST, unique, userScope } from '../../support/people'

const EXPIRED = conflict('invitation-expired')

async function memberships(userId: string) {
  return asSuperuser('SELECT account_id, role FROM memberships WHERE user_id = $1', [userId])
}

/** Inserts invitations from `count` accounts with SQL. */
async function inviteFromMany(email: string, count: number, { areDeleted = false } = {}) {
  const inviter = await createUser()
  await asSuperuser(
    `WITH made AS (INSERT INTO accounts (id, name, name_key, slug, deleted_at)
       SELECT gen_random_uuid(), $1 || n, $1 || n, $1 || n, CASE WHEN $3 THEN now() END FROM generate_series(1, $2::int) AS n RETURNING id),
     joined AS (INSERT INTO memberships (account_id, user_id, role) SELECT id, $4, 'OWNER' FROM made)
     INSERT INTO invitations (account_id, id, email, role, invited_by, expires_at)
       SELECT id, gen_random_uuid(), $5, 'MEMBER', $4, now() + interval '1 day' FROM made`,
    [unique('many'), count, areDeleted, inviter, email],
  )
}

describe('pending invitations', () => {
  test('are listed only for the user with the invited email', async () => {
    const owner = await ownerScope()
    const { email } = await invite(owner, 'ADMIN')
    const [mine, other] = [await userScope(await createUser(email)), await userScope(await createUser())]
    expect((await readHome(mine, REQUEST)).invitations).toMatchObject([{ account: { name: owner.account.name }, role: 'ADMIN' }])
    expect((await readHome(other, REQUEST)).invitations).toEqual([])
  })

  test('are listed newest first, up to twenty with the number of the others, and not for deleted accounts', async () => {
    const [owner, email] = [await ownerScope(), `${unique('invited')}@example.com`]
    const scope = await userScope(await createUser(email))
    await invite(owner, 'MEMBER', email)
    await inviteFromMany(email, 19)
    await inviteFromMany(email, 40, { areDeleted: true })
    expect((await readHome(scope, REQUEST)).invitations.map(({ account }) => account.name)).toContain(owner.account.name)
    expect((await readHome(scope, REQUEST)).invitations).toHaveLength(20)
    await inviteFromMany(email, 1)
    expect((await readHome(scope, REQUEST)).invitations.map(({ account }) => account.name)).not.toContain(owner.account.name)
    expect((await readHome(scope, REQUEST)).invitations).toHaveLength(20)
  })

  test('can be declined once, which voids the link, adds no member, and is in the trail of the account', async () => {
    const owner = await ownerScope()
    const { id, email, token } = await invite(owner)
    const scope = await userScope(await createUser(email))
    expect(await declineInvitation(scope, id, REQUEST)).toEqual({ status: 'ok', value: { name: owner.account.name } })
    expect((await readHome(scope, REQUEST)).invitations).toEqual([])
    expect(await declineInvitation(scope, id, REQUEST)).toEqual(EXPIRED)
    expect(await acceptPendingInvitation(scope, id, REQUEST)).toEqual(EXPIRED)
    expect(await acceptInvitation(scope, token, REQUEST)).toEqual(EXPIRED)
    expect(await memberships(scope.user.id)).toEqual([])
    expect((await listInvitations(owner))?.invitations).toEqual([])
    const events = await asSuperuser(
      `SELECT kind, account_id, user_id, actor_id, target FROM audit_events WHERE actor_id = $1 AND kind LIKE 'invitation.%'`,
      [scope.user.id],
    )
    expect(events).toEqual([
      { kind: 'invitation.declined', account_id: owner.account.id, user_id: null, actor_id: scope.user.id, target: email },
    ])
  })

  test('cannot be declined by a user with another email, or with one that is not confirmed', async () => {
    const owner = await ownerScope()
    const { id, email } = await invite(owner)
    expect(await declineInvitation(await userScope(await createUser()), id, REQUEST)).toEqual(EXPIRED)
    expect(await declineInvitation(owner, id, REQUEST)).toEqual(EXPIRED)
    expect(await declineInvitation(await userScope(await createUser(email, { isConfirmed: false })), id, REQUEST)).toEqual(EXPIRED)
    expect((await listInvitations(owner))?.invitations).toHaveLength(1)
  })

  test('are either accepted or declined when both are tried at the same time', async () => {
    const owner = await ownerScope()
    const { id, email } = await invite(owner)
    const scope = await userScope(await createUser(email))
    const outcomes = await atOnce(10, (n) => (n % 2 ? acceptPendingInvitation(scope, id, REQUEST) : declineInvitation(scope, id, REQUEST)))
    expect(outcomes.filter(({ status }) => status === 'ok')).toHaveLength(1)
    const accepted = outcomes.some((outcome) => outcome.status === 'ok' && 'slug' in outcome.value)
    expect(await memberships(scope.user.id)).toHaveLength(accepted ? 1 : 0)
  })

  test('exist only for a confirmed email, because anyone can register with any email', async () => {
    const owner = await ownerScope()
    const { email, id } = await invite(owner)
    const userId = await createUser(email, { isConfirmed: false })
    expect((await readHome(await userScope(userId), REQUEST)).invitations).toEqual([])
    expect(await acceptPendingInvitation(await userScope(userId), id, REQUEST)).toEqual(EXPIRED)
    expect(await memberships(userId)).toEqual([])
    await asSuperuser('UPDATE users SET email_verified_at = now() WHERE id = $1', [userId])
    expect((await readHome(await userScope(userId), REQUEST)).invitations).toHaveLength(1)
    expect(await acceptPendingInvitation(await userScope(userId), id, REQUEST)).toEqual({
      status: 'ok',
      value: { slug: owner.account.slug, name: owner.account.name },
    })
    expect(await acceptPendingInvitation(await userScope(userId), id, REQUEST)).toEqual(EXPIRED)
  })

  test('cannot be accepted by a user with another email', async () => {
    const { id, email } = await invite(await ownerScope())
    const other = await userScope(await createUser())
    expect(await acceptPendingInvitation(other, id, REQUEST)).toEqual(EXPIRED)
    expect(await queuedMails(email)).toHaveLength(1)
  })

  test('add one member when accepted by link and in the app at the same time', async () => {
    const owner = await ownerScope()
    const { id, email, token } = await invite(owner)
    const scope = await userScope(await createUser(email))
    const outcomes = await atOnce(10, (n) =>
      n % 2 ? acceptPendingInvitation(scope, id, REQUEST) : acceptInvitation(scope, token, REQUEST),
    )
    expect(outcomes.filter(({ status }) => status === 'ok')).toHaveLength(1)
    expect(await memberships(scope.user.id)).toHaveLength(1)
  })

  test('do not match an email that differs by a plus tag', async () => {
    const word = unique('alike')
    await invite(await ownerScope(), 'MEMBER', `${word}+tag@example.com`)
    expect((await readHome(await userScope(await createUser(`${word}@example.com`)), REQUEST)).invitations).toEqual([])
  })
})
