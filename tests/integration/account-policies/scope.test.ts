import { describe, expect, test } from 'vitest'
import { type AccountPolicy, DEFAULT_POLICY } from '@/lib/account-policies/schema'
import { createOwnAccount } from '@/lib/accounts/accounts'
import { deleteAccount, restoreAccount } from '@/lib/accounts/deletion'
import { readHome } from '@/lib/accounts/home'
import { inviteMembers } from '@/lib/invitations/invitations'
import { acceptPendingInvitation } from '@/lib/invitations/pending'
import { conflict, ok } from '@/lib/outcome'
import { withAccount, withUser } from '@/lib/platform/db'
import { recordProof } from '@/lib/proofs/proofs'
import { type AccountScope, unmetRules } from '@/lib/scope'
import { scopeOf } from '@/lib/session-scope'
import { hashSessionId, touchSession } from '@/lib/sessions/sessions'
import { asRuntime, asSuperuser, NOW } from '../../support/database'
import { invite } from '../../support/invitations'
import { createUser, memberScope, ownerScope, REQUEST, unique, userScope } from '../../support/people'
import { setPolicy } from '../../support/policies'
import { addProof, ageProofs } from '../../support/proofs'

async function reread({ session, account }: AccountScope): Promise<AccountScope> {
  const scope = (await scopeOf(session.id, account.slug))?.scope
  if (!scope || !('account' in scope)) throw new Error('No scope')
  return scope
}

const unmetNow = async (scope: AccountScope, ip = REQUEST.ip) => unmetRules(await reread(scope), { ...REQUEST, ip })

/** @returns the same session's scope in another account of its user */
async function inAnotherAccount(scope: AccountScope): Promise<AccountScope> {
  const created = await createOwnAccount(scope, { accountName: unique('Second') }, REQUEST)
  if (created.status !== 'ok') throw new Error(created.status)
  return reread({ ...scope, account: { ...scope.account, slug: created.value.slug } })
}

const unused = (scope: AccountScope, interval: string) =>
  asSuperuser(`UPDATE sessions SET last_seen_at = ${NOW} - $2::interval WHERE id_hash = $1`, [
    Buffer.from(hashSessionId(scope.session.id)),
    interval,
  ])

/** Signs the session in from a browser that was remembered some time ago. */
const rememberFor = (scope: AccountScope, interval: string) =>
  asSuperuser(
    `WITH remembered AS (
       INSERT INTO remembered_browsers (user_id, id_hash, handle, created_at, expires_at)
       VALUES ($1, $2, gen_random_uuid(), ${NOW} - $3::interval, ${NOW} + interval '1 day') RETURNING id_hash
     )
     UPDATE sessions SET browser_hash = remembered.id_hash FROM remembered WHERE sessions.id_hash = $2`,
    [scope.user.id, Buffer.from(hashSessionId(scope.session.id)), interval],
  )

describe('the scope of an account', () => {
  test('has its policy, or the default one', async () => {
    const scope = await ownerScope()
    expect(scope.account.policy).toEqual(DEFAULT_POLICY)
    const policy = {
      ...DEFAULT_POLICY,
      secondFactor: 'admins',
      ipRanges: ['10.0.0.0/8', '2001:db8::/32'],
      idleMinutes: 60,
    } satisfies AccountPolicy
    await setPolicy(scope.account.id, policy)
    expect((await reread(scope)).account.policy).toEqual(policy)
  })

  // ASVS 7.5.1
  test('has recent authentication for as long as the account allows, and other accounts for ten minutes', async () => {
    const scope = await ownerScope()
    const other = await inAnotherAccount(scope)
    await setPolicy(scope.account.id, { recentAuthMinutes: 3 })
    await ageProofs({ sessionId: scope.session.id }, '2 minutes 58 seconds')
    expect((await reread(scope)).session.hasRecentAuth).toBe(true)
    await ageProofs({ sessionId: scope.session.id }, '3 minutes')
    expect([(await reread(scope)).session.hasRecentAuth, (await reread(other)).session.hasRecentAuth]).toEqual([false, true])
  })
})

// ASVS 8.2.4, 8.4.1
test("one account's policy neither opens nor closes another account of the same session", async () => {
  const scope = await ownerScope()
  const other = await inAnotherAccount(scope)
  await setPolicy(scope.account.id, { secondFactor: 'everyone', factorMethods: ['totp'] })
  expect([await unmetNow(scope), await unmetNow(other)]).toEqual([['second-factor'], []])
  await setPolicy(other.account.id, { secondFactor: 'everyone', factorMethods: ['passkey'] })
  await addProof(scope.session.id, { method: 'totp' })
  expect([await unmetNow(scope), await unmetNow(other)]).toEqual([[], ['second-factor']])
})

test('a remembered browser counts where the account allows it, and is no recent authentication', async () => {
  const scope = await ownerScope()
  const key = Buffer.from(hashSessionId(scope.session.id))
  await setPolicy(scope.account.id, { secondFactor: 'everyone' })
  await rememberFor(scope, '0 s')
  expect(await unmetNow(scope)).toEqual([])
  await setPolicy(scope.account.id, { secondFactor: 'everyone', rememberedBrowsers: false })
  expect(await unmetNow(scope)).toEqual(['second-factor'])
  await setPolicy(scope.account.id, { secondFactor: 'everyone' })
  await asSuperuser(`UPDATE remembered_browsers SET expires_at = ${NOW} WHERE user_id = $1`, [scope.user.id])
  expect(await unmetNow(scope)).toEqual(['second-factor'])
  await asSuperuser(`UPDATE remembered_browsers SET expires_at = now() + interval '1 day' WHERE user_id = $1`, [scope.user.id])
  await asSuperuser(`UPDATE session_proofs SET method = 'email' WHERE session_hash = $1`, [key])
  expect((await reread(scope)).session.hasRecentAuth).toBe(false)
})

// ASVS 7.3.2
test('the age of a remembered browser counts from its code, even after the password is entered again', async () => {
  const scope = await ownerScope()
  await setPolicy(scope.account.id, { secondFactor: 'everyone', absoluteHours: 8 })
  await rememberFor(scope, '7 hours')
  expect(await unmetNow(scope)).toEqual([])
  await asSuperuser(`UPDATE remembered_browsers SET created_at = ${NOW} - interval '8 hours' WHERE user_id = $1`, [scope.user.id])
  expect(await unmetNow(scope)).toEqual(['second-factor'])
  await ageProofs({ sessionId: scope.session.id }, '9 hours')
  await asSuperuser(`UPDATE remembered_browsers SET created_at = now() WHERE user_id = $1`, [scope.user.id])
  expect(await unmetNow(scope)).toEqual(['age'])
})

// ASVS 8.3.2
test('a changed policy applies at the next request, even while a member is verifying', async () => {
  const scope = await ownerScope()
  await setPolicy(scope.account.id, { secondFactor: 'everyone' })
  await setPolicy(scope.account.id, { secondFactor: 'everyone', factorMethods: ['passkey'] })
  await addProof(scope.session.id, { method: 'totp' })
  expect(await unmetNow(scope)).toEqual(['second-factor'])
  await setPolicy(scope.account.id, {})
  expect(await unmetNow(scope)).toEqual([])
})

// ASVS 7.3.1
describe('the idle limit', () => {
  test('stays exceeded when the session is used again, until its user authenticates', async () => {
    const scope = await ownerScope()
    await setPolicy(scope.account.id, { idleMinutes: 15 })
    await unused(scope, '14 minutes 58 seconds')
    expect(await unmetNow(scope)).toEqual([])
    await unused(scope, '15 minutes')
    expect(await unmetNow(scope)).toEqual(['idle'])
    await touchSession(scope.session.id, false)
    expect(await unmetNow(scope)).toEqual(['idle'])
    await withUser(scope.user.id, (tx) => recordProof(tx, hashSessionId(scope.session.id), { method: 'password' }))
    expect(await unmetNow(scope)).toEqual([])
  })

  test('is not exceeded by frequent use over a long time', async () => {
    const scope = await ownerScope()
    await setPolicy(scope.account.id, { idleMinutes: 15 })
    for (let n = 0; n < 4; n += 1) {
      await unused(scope, '10 minutes')
      await touchSession(scope.session.id, false)
    }
    expect(await unmetNow(scope)).toEqual([])
  })
})

describe('Home', () => {
  // ASVS 8.2.3
  test('shows only the name and the role of an account whose policy the session does not meet', async () => {
    const scope = await ownerScope()
    const other = await inAnotherAccount(scope)
    await setPolicy(scope.account.id, { ipRanges: ['10.0.0.0/8'] })
    const shown = async (ip: string) =>
      Object.fromEntries((await readHome(scope, { ip })).accounts.map(({ slug, contents }) => [slug, contents !== null]))
    expect(await shown(REQUEST.ip)).toEqual({ [scope.account.slug]: false, [other.account.slug]: true })
    expect(await shown('10.1.2.3')).toEqual({ [scope.account.slug]: true, [other.account.slug]: true })
    expect(JSON.stringify((await readHome(scope, REQUEST)).accounts)).not.toContain('10.0.0.0')
  })
})

// ASVS 8.2.1
test('restoring a deleted account requires a session that meets its policy', async () => {
  const scope = await ownerScope()
  await deleteAccount(scope, { confirmation: scope.account.name }, REQUEST)
  await setPolicy(scope.account.id, { secondFactor: 'admins' })
  const { session, user } = scope
  expect(await restoreAccount({ session, user }, scope.account.id, REQUEST)).toEqual(conflict('account-policy-restore'))
  const verified = { ...session, proofs: [...session.proofs, { method: 'totp', detail: {}, ageSeconds: 1 } as const] }
  expect(await restoreAccount({ session: verified, user }, scope.account.id, REQUEST)).toEqual(ok({ slug: scope.account.slug }))
})

describe('allowed email domains', () => {
  test('refuse invitations to others, and name them', async () => {
    const owner = await ownerScope()
    await setPolicy(owner.account.id, { emailDomains: ['heron.example'] })
    const scope = await reread(owner)
    const inviting = (emails: string[]) => inviteMembers(scope, { emails, role: 'MEMBER' }, REQUEST)
    expect(await inviting(['a@heron.example', 'b@other.example'])).toMatchObject({
      status: 'invalid',
      fields: { emails: expect.stringContaining('b@other.example') },
    })
    expect(await inviting([`${unique('a')}@heron.example`])).toEqual(ok(1))
  })

  test('refuse to join with an invitation that was sent before', async () => {
    const owner = await ownerScope()
    const email = `${unique('guest')}@other.example`
    const guest = await userScope(await createUser(email))
    const { id } = await invite(owner, 'MEMBER', email)
    await setPolicy(owner.account.id, { emailDomains: ['heron.example'] })
    expect(await acceptPendingInvitation(guest, id, REQUEST)).toEqual(conflict('invitation-domain-refused'))
    expect(await asSuperuser('SELECT FROM memberships WHERE user_id = $1', [guest.user.id])).toEqual([])
    await setPolicy(owner.account.id, { emailDomains: ['other.example'] })
    expect(await acceptPendingInvitation(guest, id, REQUEST)).toMatchObject({ status: 'ok' })
  })
})

// ASVS 8.4.1
describe("an account's policy", () => {
  const count = `SELECT count(*)::int AS count FROM account_policies`

  test('is read by its members, and written in no context but its own', async () => {
    const [mine, theirs] = [await ownerScope(), await ownerScope()]
    const member = await memberScope(mine, 'MEMBER')
    for (const { account } of [mine, theirs]) await setPolicy(account.id, { idleMinutes: 30 })
    const seenBy = (userId: string) => withUser(userId, (tx) => tx.accountPolicy.findMany({ select: { accountId: true } }))
    expect(await seenBy(mine.user.id)).toEqual([{ accountId: mine.account.id }])
    expect(await seenBy(member.user.id)).toEqual([{ accountId: mine.account.id }])
    expect(await withAccount(mine.account.id, (tx) => tx.accountPolicy.count())).toBe(1)
    expect(await asRuntime(count)).toEqual([{ count: 0 }])
    const weaken = { data: { idleMinutes: null }, where: { accountId: { in: [mine.account.id, theirs.account.id] } } }
    expect(await withUser(mine.user.id, (tx) => tx.accountPolicy.updateMany(weaken))).toEqual({ count: 0 })
    expect(await withAccount(mine.account.id, (tx) => tx.accountPolicy.updateMany(weaken))).toEqual({ count: 1 })
  })
})
