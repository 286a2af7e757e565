import type { Permission } from '@/lib/policy'
import type { Resource } from '@/lib/resource'
import { RESOURCES } from '@/lib/resources'
import { ROLES, type Role } from '@/lib/roles'
import type { Target } from '@/lib/rules'
import { FIXTURES } from '../support/fixtures'
import { PASSWORD } from '../support/new-user'
import type { Fact } from './facts'

// What each page, route handler, and server action requires of its caller. The tests in tests/tenancy and
// tests/attack/coverage.test.ts take their cases from here, and fail if the build serves something that has no entry. The
// entries of a resource are in its fixture, lib/<name>/fixture.ts.

/** The objects of an account that a request can name. `resources` has the id of one row of each resource. */
export type Things = {
  accountId: string
  slug: string
  name: string
  ownerId: string
  memberId: string
  /** a member who has been offered ownership */
  offeredId: string
  invitationId: string
  /** an invitation to become an owner */
  ownerInvitationId: string
  /** an invitation that was just revoked, and one to become an owner */
  revokedId: string
  revokedOwnerId: string
  /** a member who was just removed, and an owner */
  removedId: string
  removedOwnerId: string
  /** the token in the email of `invitationId` */
  token: string
  resources: Record<string, string>
}

export type Needs = {
  permission: Permission
  /** whether a user that the account invited may open it too */
  invited?: true
  /** the object of the permission, if the policy's answer depends on it; none of the callers created it */
  target?: Target
}

/** A page or handler in an account. */
export type AccountRoute = Needs & {
  /** the id in the path, if it has a parameter besides the slug */
  thing?: (things: Things) => string
  /** the facts that the page shows besides {@link SHELL_FACTS}, to some of its callers; see facts.ts */
  shows?: Fact[]
  /** false for a handler that only a script requests, so that no link leads to it */
  isLinked?: false
  /** choices in its forms that need another permission, by name, with the HTML that offers the choice */
  choices?: Record<string, Needs & { html: (things: Things) => string }>
}

/** An action in an account, called with the account's slug and the fields of its form. */
export type AccountAction = Needs & {
  /** the id that the request names; the matrix also tries another account's id and an unknown one */
  thing?: (things: Things) => string
  fields?: (id: string, context: { things: Things; suffix: string }) => Record<string, string>
  /** `offered`: the caller has been offered ownership */
  caller?: 'offered'
  /** the same action on an owner, if that needs another permission */
  onOwner?: { target: Target; thing?: (things: Things) => string; fields: NonNullable<AccountAction['fields']> }
  /** true if the action only asks for the password */
  changesNothing?: true
  /** false if its page does not show its form at once to the roles with the permission */
  isShown?: false
}

/**
 * An action of a signed-in user outside accounts. `thing`: an id in an account of others. `asks`: whether it asks for the
 * password again ten minutes after the last time; `always` means that its form has a field for the password.
 */
export type UserAction = Pick<AccountAction, 'thing' | 'fields'> & { asks: boolean | 'always' }

/** The facts in the shell of every private page: the user, and the accounts in the switcher. */
export const SHELL_FACTS: Fact[] = ['email of you', 'id of you', 'name of you', 'name of the account', 'slug of the account', 'your role']

/** A table of members, each with a link by id. */
const MEMBER_FACTS: Fact[] = ['email of a member', 'id of a member', 'name of a member', 'roles']

const ACCOUNT = '/private/accounts/[slug]'

/** The roles above a plain member's as choices of a form, with what each needs. */
function rolesOffered(needs: (role: Role) => Needs): AccountRoute['choices'] {
  const above = ROLES.filter((role) => role !== 'MEMBER')
  return Object.fromEntries(above.map((role) => [`the role ${role}`, { ...needs(role), html: () => `value="${role}"` }]))
}

export const ACCOUNT_ROUTES: Record<string, AccountRoute> = {
  ...Object.assign({}, ...Object.values(FIXTURES).map(({ routes }) => routes)),
  [ACCOUNT]: {
    permission: 'account.view',
    shows: [
      'id of a member',
      'name of a member',
      'name of you',
      'email of an invitation', // to those who may list invitations: tests/integration/overview
      ...Object.values<Resource>(RESOURCES).flatMap(({ overview }) => (overview?.hasPages ? [`id of a row of ${overview.table}`] : [])),
    ],
  },
  [`${ACCOUNT}/audit`]: {
    permission: 'audit.list',
    shows: ['email of a member', 'name of a member', 'id of an event'], // the link to the next page contains the id
  },
  [`${ACCOUNT}/audit/export`]: { permission: 'audit.export' },
  [`${ACCOUNT}/members`]: { permission: 'member.list', shows: MEMBER_FACTS },
  [`${ACCOUNT}/members/[userId]`]: {
    permission: 'member.list',
    shows: ['email of a member', 'name of a member', 'roles'],
    thing: ({ memberId }) => memberId,
    choices: rolesOffered((newRole) => ({ permission: 'member.change-role', target: { role: 'MEMBER', newRole } })),
  },
  [`${ACCOUNT}/members/invitations`]: {
    permission: 'invitation.list',
    shows: ['email of an invitation', 'id of an invitation', 'name of a member', 'roles'],
    choices: {
      ...rolesOffered((role) => ({ permission: 'invitation.send', target: { role } })),
      'the invitation of an owner': {
        permission: 'invitation.revoke',
        target: { role: 'OWNER' },
        html: ({ ownerInvitationId }) => `value="${ownerInvitationId}"`,
      },
    },
  },
  [`${ACCOUNT}/search`]: { permission: 'account.view', isLinked: false },
  [`${ACCOUNT}/settings`]: { permission: 'account.rename' },
  [`${ACCOUNT}/settings/export`]: { permission: 'account.export' },
  [`${ACCOUNT}/settings/security`]: { permission: 'account.change-policy' },
  [`${ACCOUNT}/settings/security/review`]: { permission: 'account.change-policy', isLinked: false },
  [`${ACCOUNT}/verify`]: {
    permission: 'account.view',
    invited: true, // who verifies first, and then joins
    isLinked: false, // pages redirect to it if the policy is not met
    shows: ['name of the account that invites you'],
  },
}

export const ACCOUNT_ACTIONS: Record<string, AccountAction> = {
  ...Object.assign({}, ...Object.values(FIXTURES).map(({ actions }) => actions)),
  acceptOwnershipAction: { permission: 'ownership.accept', caller: 'offered' },
  changeRoleAction: {
    permission: 'member.change-role',
    target: { role: 'MEMBER', newRole: 'ADMIN' },
    thing: ({ memberId }) => memberId,
    fields: (userId) => ({ userId, role: 'ADMIN' }),
    onOwner: { target: { role: 'MEMBER', newRole: 'OWNER' }, fields: (userId) => ({ userId, role: 'OWNER' }) },
  },
  changePolicyAction: { permission: 'account.change-policy', fields: () => ({ secondFactor: 'none', idleMinutes: '30' }) },
  reviewPolicyAction: {
    permission: 'account.change-policy',
    fields: () => ({ secondFactor: 'everyone', totp: 'on' }),
    changesNothing: true,
  },
  declineOwnershipAction: { permission: 'account.view', caller: 'offered' },
  dismissSetupAction: { permission: 'account.view', isShown: false }, // until setup is done
  deleteAccountAction: { permission: 'account.delete', fields: (_, { things }) => ({ confirmation: things.name }) },
  inviteAction: {
    permission: 'invitation.send',
    target: { role: 'MEMBER' },
    fields: (_, { suffix }) => ({ emails: `${suffix}@example.com`, role: 'MEMBER' }),
    onOwner: { target: { role: 'OWNER' }, fields: (_, { suffix }) => ({ emails: `${suffix}@example.com`, role: 'OWNER' }) },
  },
  leaveAction: { permission: 'member.leave' },
  prepareAuditExportAction: { permission: 'audit.export', isShown: false, changesNothing: true },
  prepareExportAction: { permission: 'account.export', isShown: false, changesNothing: true },
  offerOwnershipAction: { permission: 'ownership.offer', thing: ({ memberId }) => memberId, fields: (userId) => ({ userId }) },
  removeMemberAction: {
    permission: 'member.remove',
    target: { role: 'MEMBER' },
    thing: ({ memberId }) => memberId,
    fields: (userId) => ({ userId }),
  },
  renameAccountAction: { permission: 'account.rename', fields: (_, { suffix }) => ({ accountName: `Name ${suffix}` }) },
  resendInvitationAction: {
    permission: 'invitation.send',
    target: { role: 'MEMBER' },
    thing: ({ invitationId }) => invitationId,
    fields: (id) => ({ id }),
    onOwner: { target: { role: 'OWNER' }, thing: ({ ownerInvitationId }) => ownerInvitationId, fields: (id) => ({ id }) },
  },
  restoreInvitationAction: {
    permission: 'invitation.send',
    target: { role: 'MEMBER' },
    thing: ({ revokedId }) => revokedId,
    fields: (id) => ({ id }),
    onOwner: { target: { role: 'OWNER' }, thing: ({ revokedOwnerId }) => revokedOwnerId, fields: (id) => ({ id }) },
    isShown: false, // the notification after a revocation offers it
  },
  restoreMemberAction: {
    permission: 'invitation.send',
    target: { role: 'MEMBER' },
    thing: ({ removedId }) => removedId,
    fields: (userId) => ({ userId }),
    onOwner: { target: { role: 'OWNER' }, thing: ({ removedOwnerId }) => removedOwnerId, fields: (userId) => ({ userId }) },
    isShown: false, // the message after a removal offers it
  },
  revokeInvitationAction: {
    permission: 'invitation.revoke',
    target: { role: 'MEMBER' },
    thing: ({ invitationId }) => invitationId,
    fields: (id) => ({ id }),
  },
  withdrawOwnershipAction: { permission: 'ownership.withdraw', thing: ({ offeredId }) => offeredId, fields: (userId) => ({ userId }) },
}

/** Facts that the pages of a signed-in user show besides {@link SHELL_FACTS}. */
export const USER_FACTS: Record<string, Fact[]> = {
  '/private': [
    'name of the account that invites you',
    'name of a member that invites you',
    'id of an invitation that invites you',
    'roles',
  ],
  '/private/settings/sessions': ['id of your session'],
  '/private/suspended': ['unknown: heron@example.com'], // the operator's own address, from MAIL_FROM of the tests' servers
}

/** Pages and handlers of a signed-in user. */
export const USER_ROUTES: string[] = [
  '/private',
  '/private/accounts/new',
  '/private/settings',
  '/private/settings/activity',
  '/private/settings/data',
  '/private/settings/data/export',
  '/private/settings/email',
  '/private/settings/password',
  '/private/settings/security',
  '/private/settings/security/authenticator',
  '/private/settings/security/passkey',
  '/private/settings/security/recovery-codes',
  '/private/settings/sessions',
  '/private/suspended',
]

export const USER_ACTIONS: Record<string, UserAction> = {
  addPasskeyAction: { asks: true, fields: () => ({ response: '{}' }) },
  acceptPendingAction: { asks: false, thing: ({ invitationId }) => invitationId, fields: (id) => ({ id }) },
  confirmTotpAction: { asks: true, fields: () => ({ code: '000000' }) },
  changeEmailAction: { asks: true, fields: (_, { suffix }) => ({ email: `${suffix}@example.com` }) },
  changePasswordAction: { asks: 'always', fields: (_, { suffix }) => ({ currentPassword: PASSWORD, password: `ten herons ${suffix}` }) },
  createAccountAction: { asks: false, fields: (_, { suffix }) => ({ accountName: `Made ${suffix}` }) },
  declinePendingAction: { asks: false, thing: ({ invitationId }) => invitationId, fields: (id) => ({ id }) },
  deleteUserAction: { asks: true, fields: () => ({ confirmation: 'someone@example.com' }) },
  dismissSheetAction: { asks: false },
  endOtherSessionsAction: { asks: true },
  endSessionAction: { asks: true, fields: (_, { things }) => ({ handle: things.memberId }) },
  forgetBrowserAction: { asks: false, fields: (_, { things }) => ({ handle: things.memberId }) },
  prepareDownloadAction: { asks: true },
  removeFactorAction: { asks: true, fields: (_, { things }) => ({ kind: 'totp', id: things.memberId }) },
  renameFactorAction: { asks: false, fields: (_, { things, suffix }) => ({ kind: 'passkey', id: things.memberId, name: suffix }) },
  startPasskeyAction: { asks: true },
  renewRecoveryCodesAction: { asks: true },
  startTotpAction: { asks: true },
  resendVerificationAction: { asks: false },
  restoreAccountAction: { asks: false, thing: ({ accountId }) => accountId, fields: (id) => ({ id }) },
  verifyPasswordAction: { asks: 'always', fields: () => ({ password: PASSWORD }) },
  updateProfileAction: { asks: false, fields: (_, { suffix }) => ({ name: suffix }) },
}

/** Pages, handlers, and actions that need no session, each with the reason. */
export const PUBLIC: Record<string, string> = {
  '/': 'home',
  '/_global-error': 'an error page',
  '/_not-found': 'an error page',
  '/api/auth/[...nextauth]': 'signing in and out',
  '/api/health/live': 'says that the process answers',
  '/api/health/ready': 'says whether requests can be served',
  '/dev/mailbox': 'a 404 in production',
  '/dev/mailbox/[id]': 'a 404 in production',
  '/forgot-password': 'the user cannot sign in',
  '/apple-icon': 'an image',
  '/icon': 'an image',
  '/invitations/[token]': 'the token is the proof',
  '/login': 'signing in',
  '/login/code': 'signing in',
  '/login/email': 'signing in',
  '/login/verify': 'signing in; the session and a second factor',
  '/opengraph-image-1c1a04': 'an image', // Next adds the hash of its folder, a route group
  '/register': 'signing up',
  '/reset-password/[token]': 'the token is the proof',
  '/restore-email/[token]': 'the token is the proof',
  '/sign-in/[token]': 'the token is the proof',
  '/verify-email/[token]': 'the token, and the session or the password of its user',
  acceptInvitationAction: 'the token is the proof; the page asks for a session with its email (tests/attack/links.test.ts)',
  confirmEmailAction: 'the token, and the session or the password of its user (tests/attack/claims.test.ts)',
  finishRegistrationAction: 'the token is the proof',
  forgotPasswordAction: 'the user cannot sign in',
  loginAction: 'signing in',
  newPasskeyOptionsAction: 'the session and a recent password (tests/integration/factors/passkeys.test.ts)',
  registerAction: 'signing up',
  registerInvitedAction: 'the token is the proof',
  resetOptionsAction: 'the token when the passkey answers (tests/integration/factors/reset.test.ts)',
  resetPasswordAction: 'the token is the proof',
  restoreEmailAction: 'the token is the proof',
  requestSignInLinkAction: 'signing in',
  setTheme: 'sets a cookie',
  signInByCodeAction: 'signing in',
  signInByPasskeyAction: 'signing in',
  signInOptionsAction: 'signing in',
  signInByLinkAction: 'the token is the proof',
  showSignInCodeAction: 'the token is the proof',
  signOutAction: 'signing out',
  switchUserAction: 'signing out',
  verifyFactorAction: 'signing in; the session and a second factor',
  verifyOptionsAction: 'signing in; the session',
  verifyPasskeyAction: 'signing in; the session and a second factor',
  verifyEmailAction: 'the token, and the session or the password of its user (tests/attack/claims.test.ts)',
}

/** The pages below `/private` that answer 404 to signed-in users. */
export const PRIVATE_NOT_FOUND = ['/private/[...unknown]', '/private/accounts/[slug]/[...unknown]']
