import { describe, expect, test } from 'vitest'
import { readHome } from '@/lib/accounts/home'
import { findMember, listMembers } from '@/lib/memberships/list'
import { changeRole, removeMember } from '@/lib/memberships/memberships'
import { acceptOwnership, declineOwnership, offerOwnership, withdrawOwnership } from '@/lib/memberships/ownership'
import { OFFER_LIFETIME_MS } from '@/lib/memberships/schema'
import { conflict, notFound } from '@/lib/outcome'
import type { AccountScope } from '@/lib/scope'
import { atOnce } from '../../support/at-once'
import { asSuperuser, NOW } from '../../support/database'
import { queuedMails } from '../../support/mail-jobs'
import { memberScope, ownerScope, REQUEST } from '../../support/people'

const findOffer = async (scope: AccountScope) => (await listMembers(scope, { search: '' }))?.offer ?? null

const EXPIRED = conflict('ownership-offer-expired')

const rolesOf = async ({ account }: AccountScope, ...scopes: AccountScope[]) => {
  const rows = await asSuperuser<{ user_id: string; role: string }>('SELECT user_id, role FROM memberships WHERE account_id = $1', [
    account.id,
  ])
  return scopes.map((scope) => rows.find(({ user_id }) => user_id === scope.user.id)?.role)
}

/** An owner and the member to whom they have offered ownership. */
async function offered() {
  const owner = await ownerScope()
  const other = await memberScope(owner, 'MEMBER')
  expect(await offerOwnership(owner, other.user.id, REQUEST)).toEqual({ status: 'ok', value: other.user.email })
  return { owner, other }
}

describe('an ownership offer', () => {
  // ASVS 2.3.5
  test('is emailed to the member, and swaps both roles when they accept', async () => {
    const { owner, other } = await offered()
    expect(await rolesOf(owner, owner, other)).toEqual(['OWNER', 'MEMBER'])
    expect(await findOffer(other)).toMatchObject({ offererId: owner.user.id })
    expect(await queuedMails(other.user.email)).toMatchObject([
      { template: 'ownership-offer', props: { accountName: owner.account.name, offererName: owner.user.email } },
    ])
    expect(await acceptOwnership(other, REQUEST)).toMatchObject({ status: 'ok' })
    expect(await rolesOf(owner, owner, other)).toEqual(['ADMIN', 'OWNER'])
    expect(await acceptOwnership(other, REQUEST)).toEqual(EXPIRED)
  })

  test('emails the owner who offered once, whether it is declined or accepted', async () => {
    const { owner, other } = await offered()
    await atOnce(3, () => declineOwnership(other, REQUEST))
    await offerOwnership(owner, other.user.id, REQUEST)
    await atOnce(3, () => acceptOwnership(other, REQUEST))
    expect(await queuedMails(owner.user.email)).toMatchObject([
      { template: 'ownership-declined', props: { accountName: owner.account.name, memberName: other.user.email } },
      {
        template: 'ownership-transferred',
        props: {
          accountName: owner.account.name,
          newOwnerName: other.user.email,
          url: expect.stringMatching(`/private/accounts/${owner.account.slug}/members$`),
        },
      },
    ])
    expect((await queuedMails(other.user.email)).map(({ template }) => template)).toEqual(['ownership-offer', 'ownership-offer'])
  })

  test('is shown on Home to its recipient only, until it is answered or expires', async () => {
    const { owner, other } = await offered()
    const { slug, name } = owner.account
    const [offer] = (await readHome(other, REQUEST)).offers
    expect(offer).toMatchObject({ slug, accountName: name, offererName: owner.user.email })
    expect(Math.abs((offer?.expiresAt.getTime() ?? 0) - Date.now() - OFFER_LIFETIME_MS)).toBeLessThan(60_000)
    expect((await readHome(owner, REQUEST)).offers).toEqual([])
    await declineOwnership(other, REQUEST)
    expect((await readHome(other, REQUEST)).offers).toEqual([])
    await offerOwnership(owner, other.user.id, REQUEST)
    expect((await readHome(other, REQUEST)).offers).toHaveLength(1)
    await asSuperuser(`UPDATE memberships SET ownership_offered_at = now() - $2 * interval '1 ms' WHERE user_id = $1`, [
      other.user.id,
      OFFER_LIFETIME_MS,
    ])
    expect((await readHome(other, REQUEST)).offers).toEqual([])
  })

  // ASVS 2.3.5
  test('can be accepted only by the member it was made to', async () => {
    const { owner } = await offered()
    const third = await memberScope(owner, 'ADMIN')
    expect(await findOffer(third)).toBeNull()
    expect(await acceptOwnership(third, REQUEST)).toEqual(EXPIRED)
    expect(await rolesOf(owner, third)).toEqual(['ADMIN'])
  })

  // ASVS 2.3.1
  test('cannot be accepted after it was withdrawn, declined, or replaced by a newer offer', async () => {
    const { owner, other } = await offered()
    await withdrawOwnership(owner, other.user.id, REQUEST)
    expect(await acceptOwnership(other, REQUEST)).toEqual(EXPIRED)
    await offerOwnership(owner, other.user.id, REQUEST)
    expect(await declineOwnership(other, REQUEST)).toMatchObject({ status: 'ok' })
    expect(await declineOwnership(other, REQUEST)).toEqual(EXPIRED)
    await offerOwnership(owner, other.user.id, REQUEST)
    const third = await memberScope(owner, 'MEMBER')
    await offerOwnership(owner, third.user.id, REQUEST)
    expect(await acceptOwnership(other, REQUEST)).toEqual(EXPIRED)
    expect(await acceptOwnership(third, REQUEST)).toMatchObject({ status: 'ok' })
  })

  test('ends when the offering owner is demoted or removed', async () => {
    for (const end of [
      (second: AccountScope, owner: AccountScope) => changeRole(second, { userId: owner.user.id, role: 'ADMIN' }, REQUEST),
      (second: AccountScope, owner: AccountScope) => removeMember(second, owner.user.id, REQUEST),
    ]) {
      const { owner, other } = await offered()
      const second = await memberScope(owner, 'OWNER')
      expect(await end(second, owner)).toMatchObject({ status: 'ok' })
      expect(await acceptOwnership(other, REQUEST)).toEqual(EXPIRED)
      expect(await rolesOf(owner, second, other)).toEqual(['OWNER', 'MEMBER'])
    }
  })

  test('expires after seven days', async () => {
    const { owner, other } = await offered()
    const age = (interval: string) =>
      asSuperuser(`UPDATE memberships SET ownership_offered_at = ${NOW} - $2::interval WHERE user_id = $1`, [other.user.id, interval])
    const isShown = async () => (await findMember(owner, other.user.id))?.isOfferedOwnership
    expect(await isShown()).toBe(true)
    await age('7 days')
    expect(await isShown()).toBe(false)
    expect(await acceptOwnership(other, REQUEST)).toEqual(EXPIRED)
    await age('6 days 23:59:50')
    expect(await acceptOwnership(other, REQUEST)).toMatchObject({ status: 'ok' })
    expect(await rolesOf(owner, other)).toEqual(['OWNER'])
  })

  test('is accepted once when ten requests accept it at the same time', async () => {
    const { owner, other } = await offered()
    const outcomes = await atOnce(10, () => acceptOwnership(other, REQUEST))
    expect(outcomes.filter(({ status }) => status === 'ok')).toHaveLength(1)
    expect(await rolesOf(owner, owner, other)).toEqual(['ADMIN', 'OWNER'])
  })

  test('cannot be made to a member of another account', async () => {
    const [mine, theirs] = [await ownerScope(), await ownerScope()]
    const other = await memberScope(theirs, 'MEMBER')
    expect(await offerOwnership(mine, other.user.id, REQUEST)).toEqual(notFound)
    expect(await withdrawOwnership(mine, other.user.id, REQUEST)).toEqual(notFound)
    expect(await findOffer(other)).toBeNull()
  })
})
