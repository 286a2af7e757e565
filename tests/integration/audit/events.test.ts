import { describe, expect, test } from 'vitest'
import { changePolicy } from '@/lib/account-policies/change'
import { createOwnAccount } from '@/lib/accounts/accounts'
import { deleteAccount, restoreAccount } from '@/lib/accounts/deletion'
import { exportAccount } from '@/lib/accounts/export'
import { renameAccount } from '@/lib/accounts/rename'
import { recordDenial } from '@/lib/audit/denials'
import { exportEvents } from '@/lib/audit/export'
import type { CoreAuditKind } from '@/lib/audit/kinds'
import { forgetBrowser } from '@/lib/factors/browsers'
import { readFactors } from '@/lib/factors/list'
import { findPasskeyUse, passkeyOptions } from '@/lib/factors/passkey-sign-in'
import { addPasskey, newPasskeyOptions } from '@/lib/factors/passkeys'
import { renewRecoveryCodes } from '@/lib/factors/recovery-codes'
import { removeFactor, renameFactor } from '@/lib/factors/removal'
import { resetFactors } from '@/lib/factors/reset'
import { verifyFactor } from '@/lib/factors/verification'
import { deviceIdFrom } from '@/lib/http/device-id'
import { acceptInvitation } from '@/lib/invitations/link'
import { declineInvitation } from '@/lib/invitations/pending'
import { restoreInvitation, revokeInvitation } from '@/lib/invitations/revocation'
import { changeRole, leaveAccount, removeMember } from '@/lib/memberships/memberships'
import { acceptOwnership, declineOwnership, offerOwnership, withdrawOwnership } from '@/lib/memberships/ownership'
import { restoreMember } from '@/lib/memberships/restoration'
import { withUser } from '@/lib/platform/db'
import { type AccountScope, scopeOf, type UserScope } from '@/lib/session-scope'
import { endOtherSession, endOtherSessions, listSessions } from '@/lib/sessions/others'
import { endSession, startSession } from '@/lib/sessions/sessions'
import { confirmEmailChange, requestEmailChange } from '@/lib/users/email-change'
import { requestSignInLink } from '@/lib/users/email-sign-in'
import { undoEmailChange } from '@/lib/users/email-undo'
import { exportUser } from '@/lib/users/export'
import { changePassword } from '@/lib/users/password'
import { requestPasswordReset, resetPassword } from '@/lib/users/password-reset'
import { reauthenticate } from '@/lib/users/reauthenticate'
import { authenticate, updateProfile } from '@/lib/users/users'
import { sendVerification, verifyEmail } from '@/lib/users/verification'
import { Authenticator } from '../../support/authenticator'
import { backUp, restoreFrom } from '../../support/backups'
import { asOwner, asSuperuser } from '../../support/database'
import { addTotp, factorOf, totpCode } from '../../support/factors'
import { invite } from '../../support/invitations'
import { newestToken } from '../../support/mail-jobs'
import { storeAtOldCost } from '../../support/passwords'
import {
  createUser,
  memberScope,
  openedBy,
  ownerScope,
  PASSWORD,
  REQUEST,
  registerUser,
  unconfirmed,
  unique,
  userScope,
} from '../../support/people'
import { unwrap } from '../../support/unwrap'

const NEW_PASSWORD = 'eleven grey pelicans'

/** The expected event, and the id of its trail. */
type Recorded = {
  trail: string
  actor: string | null
  target?: string | null
  targetId?: string | null
  details?: object
  /** false for a command of the operator */
  hasRequest?: boolean
}

const inAccountTrail = ({ account, user }: AccountScope, about: Omit<Recorded, 'trail' | 'actor'> = {}): Recorded => ({
  trail: account.id,
  actor: user.id,
  ...about,
})
const inUserTrail = ({ user }: UserScope, about: Omit<Recorded, 'trail' | 'actor'> = {}): Recorded => ({
  trail: user.id,
  actor: user.id,
  ...about,
})
const email = () => `${unique('new')}@example.com`
const newUser = async () => userScope(await createUser())

const withDeferred = () => {
  const deferred: Promise<void>[] = []
  return { deferred, options: { request: REQUEST, defer: (work: () => Promise<void>) => void deferred.push(work()) } }
}

async function withOffer() {
  const owner = await ownerScope()
  await asSuperuser(`UPDATE users SET name = 'Ada' WHERE id = $1`, [owner.user.id]) // the trail names people by email
  const other = await memberScope(owner, 'MEMBER')
  await offerOwnership(owner, other.user.id, REQUEST)
  return { owner, other }
}

async function withEmailChange() {
  const scope = await newUser()
  const [old, wanted] = [scope.user.email, email()]
  await requestEmailChange(scope, { email: wanted }, REQUEST)
  return { scope, old, wanted, confirm: await newestToken(wanted), undo: await newestToken(old) }
}

async function withReset() {
  const scope = await newUser()
  const { deferred, options } = withDeferred()
  await requestPasswordReset({ email: scope.user.email, callbackUrl: '/private' }, options)
  await Promise.all(deferred)
  return scope
}

const verify = (scope: UserScope, code: string) => verifyFactor(scope, { code, trust: true }, { request: REQUEST })

const DEVICE = deviceIdFrom(undefined)

async function withPasskey() {
  const [scope, authenticator] = [await newUser(), new Authenticator()]
  const found = await newPasskeyOptions(scope, DEVICE)
  if (found.status !== 'ok') throw new Error(found.status)
  await addPasskey(scope, { response: authenticator.create(found.value.options) }, { request: REQUEST, deviceId: DEVICE })
  const current = await scopeOf(scope.session.id, null)
  const [{ id = '' } = {}] = (await readFactors(scope)).passkeys
  return { scope: current?.scope ?? scope, authenticator, id }
}

/** A function for each kind of event that records it. */
const CAUSES: Record<CoreAuditKind, () => Promise<Recorded>> = {
  'account.created': async () => {
    const scope = await newUser()
    const accountName = unique('Account')
    await createOwnAccount(scope, { accountName }, REQUEST)
    const [account] = await asSuperuser<{ id: string }>('SELECT id FROM accounts WHERE name = $1', [accountName])
    return { trail: account?.id ?? '', actor: scope.user.id, target: accountName }
  },
  'account.renamed': async () => {
    const owner = await ownerScope()
    const accountName = unique('Other')
    await renameAccount(owner, { accountName }, REQUEST)
    return inAccountTrail(owner, { target: accountName, details: { from: owner.account.name } })
  },
  'account.suspended': async () => {
    const { account } = await ownerScope()
    await asOwner('SELECT operator_suspend_account($1, true)', [account.id])
    return { trail: account.id, actor: null, hasRequest: false }
  },
  'account.unsuspended': async () => {
    const { account } = await ownerScope()
    for (const suspend of [true, false]) await asOwner('SELECT operator_suspend_account($1, $2)', [account.id, suspend])
    return { trail: account.id, actor: null, hasRequest: false }
  },
  'user.suspended': async () => {
    const trail = await createUser()
    await asOwner('SELECT operator_suspend_user($1, true)', [trail])
    return { trail, actor: null, hasRequest: false }
  },
  'user.unsuspended': async () => {
    const trail = await createUser()
    for (const suspend of [true, false]) await asOwner('SELECT operator_suspend_user($1, $2)', [trail, suspend])
    return { trail, actor: null, hasRequest: false }
  },
  'account.policy-changed': async () => {
    const owner = await ownerScope()
    const { policy } = owner.account
    await changePolicy(owner, { ...policy, idleMinutes: 30 }, REQUEST)
    const details = { rules: 'unused sessions', before: policy, after: { ...policy, idleMinutes: 30 } }
    return inAccountTrail(owner, { target: owner.account.name, details })
  },
  'account.deleted': async () => {
    const owner = await ownerScope()
    await deleteAccount(owner, { confirmation: owner.account.name }, REQUEST)
    return inAccountTrail(owner, { target: owner.account.name })
  },
  'account.restored': async () => {
    const owner = await ownerScope()
    await asSuperuser('UPDATE accounts SET deleted_at = now() WHERE id = $1', [owner.account.id])
    await restoreAccount(owner, owner.account.id, REQUEST)
    return inAccountTrail(owner, { target: owner.account.name })
  },
  'account.restored-from-backup': async () => {
    const owner = await ownerScope()
    const { takenAt } = await restoreFrom(await backUp(), owner.account.slug)
    return { ...inAccountTrail(owner, { target: owner.account.name, details: { takenAt } }), actor: null, hasRequest: false }
  },
  'account.exported': async () => {
    const owner = await ownerScope()
    await unwrap(await exportAccount(owner, REQUEST)).cancel()
    return inAccountTrail(owner, { target: owner.account.name })
  },
  'audit.exported': async () => {
    const owner = await ownerScope()
    await exportEvents(owner, { kind: 'account.created' }, REQUEST)
    return inAccountTrail(owner, { target: owner.account.name, details: { kind: 'account.created' } })
  },
  'membership.role-changed': async () => {
    const owner = await ownerScope()
    const { user } = await memberScope(owner, 'MEMBER')
    await changeRole(owner, { userId: user.id, role: 'ADMIN' }, REQUEST)
    return inAccountTrail(owner, { target: user.email, targetId: user.id, details: { from: 'MEMBER', to: 'ADMIN' } })
  },
  'membership.removed': async () => {
    const owner = await ownerScope()
    const { user } = await memberScope(owner, 'MEMBER')
    await removeMember(owner, user.id, REQUEST)
    return inAccountTrail(owner, { target: user.email, targetId: user.id, details: { role: 'MEMBER', since: expect.any(String) } })
  },
  'membership.restored': async () => {
    const owner = await ownerScope()
    const { user } = await memberScope(owner, 'MEMBER')
    await removeMember(owner, user.id, REQUEST)
    await restoreMember(owner, user.id, REQUEST)
    return inAccountTrail(owner, { target: user.email, targetId: user.id, details: { role: 'MEMBER' } })
  },
  'membership.left': async () => {
    const member = await memberScope(await ownerScope(), 'MEMBER')
    await leaveAccount(member, REQUEST)
    const details = { role: 'MEMBER', since: expect.any(String) }
    return inAccountTrail(member, { target: member.user.email, targetId: member.user.id, details })
  },
  'ownership.offered': async () => {
    const { owner, other } = await withOffer()
    return inAccountTrail(owner, { target: other.user.email, targetId: other.user.id })
  },
  'ownership.withdrawn': async () => {
    const { owner, other } = await withOffer()
    await withdrawOwnership(owner, other.user.id, REQUEST)
    return inAccountTrail(owner, { target: other.user.email, targetId: other.user.id })
  },
  'ownership.declined': async () => {
    const { owner, other } = await withOffer()
    await declineOwnership(other, REQUEST)
    return inAccountTrail(other, { target: owner.user.email, targetId: owner.user.id })
  },
  'ownership.accepted': async () => {
    const { owner, other } = await withOffer()
    await acceptOwnership(other, REQUEST)
    return inAccountTrail(other, { target: owner.user.email, targetId: owner.user.id, details: { to: 'OWNER', theirs: 'ADMIN' } })
  },
  'invitation.sent': async () => {
    const owner = await ownerScope()
    const invited = await invite(owner, 'ADMIN')
    return inAccountTrail(owner, { target: invited.email, targetId: invited.id, details: { role: 'ADMIN' } })
  },
  'invitation.revoked': async () => {
    const owner = await ownerScope()
    const invited = await invite(owner)
    await revokeInvitation(owner, invited.id, REQUEST)
    return inAccountTrail(owner, { target: invited.email, targetId: invited.id })
  },
  'invitation.declined': async () => {
    const owner = await ownerScope()
    const invited = await newUser()
    const { id } = await invite(owner, 'MEMBER', invited.user.email)
    await declineInvitation(invited, id, REQUEST)
    return { trail: owner.account.id, actor: invited.user.id, target: invited.user.email, targetId: id, details: { role: 'MEMBER' } }
  },
  'invitation.restored': async () => {
    const owner = await ownerScope()
    const invited = await invite(owner)
    await revokeInvitation(owner, invited.id, REQUEST)
    await restoreInvitation(owner, invited.id, REQUEST)
    return inAccountTrail(owner, { target: invited.email, targetId: invited.id })
  },
  'invitation.accepted': async () => {
    const owner = await ownerScope()
    const invited = await newUser()
    const { id, token } = await invite(owner, 'MEMBER', invited.user.email)
    await acceptInvitation(invited, token, REQUEST)
    return { trail: owner.account.id, actor: invited.user.id, target: invited.user.email, targetId: id, details: { role: 'MEMBER' } }
  },
  'access.denied': async () => {
    const member = await memberScope(await ownerScope(), 'MEMBER')
    await recordDenial(member, 'account.delete', REQUEST)
    return inAccountTrail(member, { details: { permission: 'account.delete' } })
  },
  'user.registered': async () => {
    const { userId, accountName } = await registerUser()
    const [account] = await asSuperuser<{ id: string }>('SELECT id FROM accounts WHERE name = $1', [accountName])
    return { trail: account?.id ?? '', actor: userId, target: accountName }
  },
  'user.email-verified': async () => {
    const scope = await unconfirmed(await newUser())
    await withUser(scope.user.id, (tx) => sendVerification(tx, scope.user))
    await verifyEmail(await newestToken(scope.user.email), openedBy(scope))
    return inUserTrail(scope, { target: scope.user.email })
  },
  'user.email-change-asked': async () => {
    const { scope, wanted } = await withEmailChange()
    return inUserTrail(scope, { target: wanted })
  },
  'user.email-change-cancelled': async () => {
    const { scope, old, undo } = await withEmailChange()
    await undoEmailChange(undo, REQUEST)
    return inUserTrail(scope, { target: old })
  },
  'user.email-changed': async () => {
    const { scope, old, wanted, confirm } = await withEmailChange()
    await confirmEmailChange(confirm, openedBy(scope))
    return inUserTrail(scope, { target: wanted, details: { from: old } })
  },
  'user.email-restored': async () => {
    const { scope, old, wanted, confirm, undo } = await withEmailChange()
    await confirmEmailChange(confirm, openedBy(scope))
    await undoEmailChange(undo, REQUEST)
    return inUserTrail(scope, { target: old, details: { from: wanted } })
  },
  'user.profile-changed': async () => {
    const scope = await newUser()
    await updateProfile(scope, { name: 'Ada' }, REQUEST)
    return inUserTrail(scope)
  },
  'user.password-rehashed': async () => {
    const { userId, email } = await registerUser()
    await storeAtOldCost(userId, PASSWORD)
    await authenticate({ email, password: PASSWORD }, withDeferred().options)
    return { trail: userId, actor: userId }
  },
  'user.password-changed': async () => {
    const owner = await ownerScope()
    await changePassword(owner, { currentPassword: PASSWORD, password: NEW_PASSWORD }, REQUEST)
    return inUserTrail(owner)
  },
  'user.password-reset': async () => {
    const scope = await withReset()
    await resetPassword(await newestToken(scope.user.email), { password: NEW_PASSWORD }, { request: REQUEST })
    return inUserTrail(scope)
  },
  'session.link-asked': async () => {
    const { user } = await newUser()
    const { deferred, options } = withDeferred()
    await requestSignInLink({ email: user.email, callbackUrl: '/private' }, { ...options, deviceId: deviceIdFrom(undefined) })
    await Promise.all(deferred)
    return { trail: user.id, actor: null }
  },
  'user.password-reset-asked': async () => {
    const { user } = await withReset()
    return { trail: user.id, actor: null }
  },
  'user.exported': async () => {
    const scope = await newUser()
    await exportUser(scope, REQUEST)
    return inUserTrail(scope)
  },
  'session.started': async () => {
    const userId = await createUser()
    await startSession(userId, { remembered: true, request: REQUEST })
    return { trail: userId, actor: userId, details: { remembered: true } }
  },
  'session.ended': async () => {
    const scope = await newUser()
    await endSession(scope.session.id, { userId: scope.user.id, request: REQUEST })
    return inUserTrail(scope)
  },
  'session.refused': async () => {
    const { user } = await ownerScope()
    const { deferred, options } = withDeferred()
    await authenticate({ email: user.email, password: 'something else' }, options)
    await Promise.all(deferred)
    return { trail: user.id, actor: null }
  },
  'session.verified': async () => {
    const { scope, codes } = await addTotp(await newUser())
    await verify(scope, codes[0] ?? '')
    return inUserTrail(scope, { details: { method: 'recovery_code' } })
  },
  'session.verification-refused': async () => {
    const { scope } = await addTotp(await newUser())
    await verify(scope, '000000')
    return { ...inUserTrail(scope), actor: null }
  },
  'user.totp-added': async () => inUserTrail((await addTotp(await newUser())).scope, { target: 'Authenticator app' }),
  'user.totp-removed': async () => {
    const { scope } = await addTotp(await newUser())
    await removeFactor(scope, await factorOf(scope), REQUEST)
    return inUserTrail(scope, { target: 'Authenticator app' })
  },
  'user.totp-renamed': async () => {
    const { scope } = await addTotp(await newUser())
    await renameFactor(scope, { ...(await factorOf(scope)), name: 'My phone' }, REQUEST)
    return inUserTrail(scope, { target: 'My phone' })
  },
  'user.passkey-added': async () => inUserTrail((await withPasskey()).scope, { target: '1Password' }),
  'user.passkey-removed': async () => {
    const { scope, id } = await withPasskey()
    await removeFactor(scope, { kind: 'passkey', id }, REQUEST)
    return inUserTrail(scope, { target: '1Password' })
  },
  'user.passkey-renamed': async () => {
    const { scope, id } = await withPasskey()
    await renameFactor(scope, { kind: 'passkey', id, name: 'My phone' }, REQUEST)
    return inUserTrail(scope, { target: 'My phone' })
  },
  'user.passkey-copied': async () => {
    const { scope, authenticator } = await withPasskey()
    authenticator.counter = 0
    const challenger = { purpose: 'sign-in', deviceId: DEVICE } as const
    const found = await passkeyOptions(challenger)
    if (found.status === 'ok') await findPasskeyUse(authenticator.use(found.value.options, scope.user.id), challenger, REQUEST)
    return { ...inUserTrail(scope, { target: '1Password' }), actor: null }
  },
  'user.factors-reset': async () => {
    const { scope } = await addTotp(await newUser())
    await resetFactors({ userId: scope.user.id }, REQUEST)
    return { ...inUserTrail(scope), actor: null }
  },
  'user.recovery-codes-made': async () => {
    const { scope } = await addTotp(await newUser())
    await renewRecoveryCodes(scope, REQUEST)
    return inUserTrail(scope)
  },
  'user.browser-remembered': async () => {
    const { scope, secret } = await addTotp(await newUser())
    await verify(scope, totpCode(secret))
    return inUserTrail(scope, { target: 'An unknown browser' })
  },
  'user.browser-forgotten': async () => {
    const { scope, secret } = await addTotp(await newUser())
    await verify(scope, totpCode(secret))
    const [browser] = await asSuperuser<{ handle: string }>('SELECT handle FROM remembered_browsers WHERE user_id = $1', [scope.user.id])
    await forgetBrowser(scope, browser?.handle ?? '', REQUEST)
    return inUserTrail(scope, { target: 'An unknown browser' })
  },
  'session.proven': async () => {
    const owner = await ownerScope()
    await reauthenticate(owner, PASSWORD, REQUEST)
    return inUserTrail(owner)
  },
  'sessions.ended': async () => {
    const scope = await newUser()
    await startSession(scope.user.id, { remembered: false, request: REQUEST })
    await endOtherSessions(scope, REQUEST)
    return inUserTrail(scope, { details: { count: 1 } })
  },
}

describe('audit events', () => {
  // ASVS 16.2.1, 16.3.1, 16.3.3
  test.each(Object.entries(CAUSES))('record %s once, with actor, target, and request', async (kind, cause) => {
    const { trail, actor, target = null, targetId = null, details = {}, hasRequest = true } = await cause()
    const rows = await asSuperuser(
      'SELECT actor_id, target, target_id, details, ip, user_agent FROM audit_events WHERE trail_id = $1 AND kind = $2',
      [trail, kind],
    )
    const { ip, userAgent: user_agent } = hasRequest ? REQUEST : { ip: null, userAgent: null }
    expect(rows).toEqual([{ actor_id: actor, target, target_id: targetId, details, ip, user_agent }])
  })

  test('of a session ended from another one have the IP address of the ended session', async () => {
    const scope = await newUser()
    await startSession(scope.user.id, { remembered: false, request: { ...REQUEST, ip: '192.0.2.8' } })
    const { others } = await listSessions(scope)
    await endOtherSession(scope, others[0]?.handle ?? '', REQUEST)
    const rows = await asSuperuser(`SELECT details, ip FROM audit_events WHERE trail_id = $1 AND kind = 'session.ended'`, [scope.user.id])
    expect(rows).toMatchObject([{ details: { ip: '192.0.2.8' }, ip: REQUEST.ip }])
  })
})
