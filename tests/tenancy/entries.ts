import type { Role } from '@/lib/generated/prisma/enums'
import { PASSWORD } from '../support/new-user'
import type { Actor, Things } from './world'

// Every page, handler and action, and who may. A new one without a line here fails the suite.

const EVERYONE: Role[] = ['OWNER', 'ADMIN', 'MEMBER']
const MANAGERS: Role[] = ['OWNER', 'ADMIN']
const OWNERS: Role[] = ['OWNER']

type PageEntry = {
  /** who is shown it, in their own account */
  allowed: Role[]
  /** the part of the path that names a thing of the account */
  id?: { part: string; of: keyof Things }
  /** what stands in it for these alone: what leads to an act that the others may not do */
  only?: Record<string, Role[]>
}

/** Inside an account. `[slug]` is the account, and any other part is a thing of it. */
export const PAGES: Record<string, PageEntry> = {
  '/private/accounts/[slug]': { allowed: EVERYONE },
  '/private/accounts/[slug]/members': { allowed: EVERYONE, only: { 'Invite people': MANAGERS } },
  '/private/accounts/[slug]/members/[userId]': {
    allowed: EVERYONE,
    id: { part: '[userId]', of: 'userId' },
    only: {
      'Change role': MANAGERS,
      'value="ADMIN"': MANAGERS,
      'value="OWNER"': OWNERS,
      'Remove from account': MANAGERS,
      'Offer ownership': OWNERS,
    },
  },
  '/private/accounts/[slug]/members/invitations': {
    allowed: MANAGERS,
    only: {
      'value="ADMIN"': MANAGERS,
      'value="OWNER"': OWNERS,
      'Revoke the invitation to invited-': MANAGERS,
      'Revoke the invitation to heir-': OWNERS,
    },
  },
  '/private/accounts/[slug]/projects': { allowed: EVERYONE, only: { 'Create project': EVERYONE, 'Delete project': MANAGERS } },
  '/private/accounts/[slug]/audit': { allowed: MANAGERS, only: { 'Export as CSV': MANAGERS } },
  '/private/accounts/[slug]/audit/export': { allowed: MANAGERS },
  '/private/accounts/[slug]/settings': { allowed: MANAGERS, only: { 'Delete account': OWNERS, Export: MANAGERS } },
  '/private/accounts/[slug]/settings/export': { allowed: MANAGERS },
}

type ActionEntry = {
  /** the page it stands on, in an account */
  page: string
  allowed: Role[]
  /** what is sent about a thing */
  fields: (things: Things, fresh: string) => Record<string, string>
  /** whether what is sent names a thing of an account, so that one of another can be named instead */
  namesThing?: boolean
  /** whoever asks was offered ownership */
  isOffered?: boolean
}

/** Acts inside an account: each is called with the account's slug, and what its form sends. */
export const ACTIONS: Record<string, ActionEntry> = {
  changeRoleAction: { page: '/members/[userId]', allowed: MANAGERS, namesThing: true, fields: ({ userId }) => ({ userId, role: 'ADMIN' }) },
  removeMemberAction: { page: '/members/[userId]', allowed: MANAGERS, namesThing: true, fields: ({ userId }) => ({ userId }) },
  leaveAction: { page: '/members/[userId]', allowed: EVERYONE, fields: () => ({}) },
  offerOwnershipAction: { page: '/members/[userId]', allowed: OWNERS, namesThing: true, fields: ({ userId }) => ({ userId }) },
  withdrawOwnershipAction: {
    page: '/members/[userId]',
    allowed: OWNERS,
    namesThing: true,
    fields: ({ offeredId }) => ({ userId: offeredId }),
  },
  acceptOwnershipAction: { page: '/members', allowed: EVERYONE, isOffered: true, fields: () => ({}) },
  declineOwnershipAction: { page: '/members', allowed: EVERYONE, isOffered: true, fields: () => ({}) },
  inviteAction: {
    page: '/members/invitations',
    allowed: MANAGERS,
    fields: (_, fresh) => ({ emails: `${fresh}@example.com`, role: 'MEMBER' }),
  },
  resendInvitationAction: {
    page: '/members/invitations',
    allowed: MANAGERS,
    namesThing: true,
    fields: ({ invitationId }) => ({ id: invitationId }),
  },
  revokeInvitationAction: {
    page: '/members/invitations',
    allowed: MANAGERS,
    namesThing: true,
    fields: ({ invitationId }) => ({ id: invitationId }),
  },
  renameAccountAction: { page: '/settings', allowed: MANAGERS, fields: (_, fresh) => ({ accountName: `Name ${fresh}` }) },
  deleteAccountAction: {
    page: '/settings',
    allowed: OWNERS,
    fields: ({ name }) => ({ confirmation: name }),
  },
  createProjectAction: { page: '/projects', allowed: EVERYONE, fields: (_, fresh) => ({ name: `Project ${fresh}` }) },
  renameProjectAction: {
    page: '/projects',
    allowed: EVERYONE,
    namesThing: true,
    fields: ({ projectId }, fresh) => ({ id: projectId, name: `Renamed ${fresh}` }),
  },
  archiveProjectAction: { page: '/projects', allowed: EVERYONE, namesThing: true, fields: ({ projectId }) => ({ id: projectId }) },
  restoreProjectAction: { page: '/projects', allowed: EVERYONE, namesThing: true, fields: ({ projectId }) => ({ id: projectId }) },
  deleteProjectAction: { page: '/projects', allowed: MANAGERS, namesThing: true, fields: ({ projectId }) => ({ id: projectId }) },
}

type OwnActionEntry = {
  page: string
  fields: (things: Things, fresh: string) => Record<string, string>
  namesThing?: boolean
}

/** Pages that belong to a person and not to an account: only whoever is signed in sees them. */
export const OWN_PAGES = [
  '/private',
  '/private/accounts/new',
  '/private/settings',
  '/private/settings/activity',
  '/private/settings/data',
  '/private/settings/data/export',
  '/private/settings/email',
  '/private/settings/password',
  '/private/settings/sessions',
]

/** Acts of a person in no account, and what they are sent about a thing of an account that is not theirs. */
export const OWN_ACTIONS: Record<string, OwnActionEntry> = {
  acceptPendingAction: { page: '/private', namesThing: true, fields: ({ invitationId }) => ({ id: invitationId }) },
  changeEmailAction: { page: '/private/settings/email', fields: (_, fresh) => ({ email: `${fresh}@example.com` }) },
  changePasswordAction: {
    page: '/private/settings/password',
    fields: (_, fresh) => ({ currentPassword: PASSWORD, password: `ten herons ${fresh}` }),
  },
  createAccountAction: { page: '/private/accounts/new', fields: (_, fresh) => ({ accountName: `Made ${fresh}` }) },
  deleteUserAction: { page: '/private/settings/data', fields: () => ({ confirmation: 'someone@example.com' }) },
  endOtherSessionsAction: { page: '/private/settings/sessions', fields: () => ({}) },
  endSessionAction: { page: '/private/settings/sessions', fields: ({ userId }) => ({ handle: userId }) },
  prepareDownloadAction: { page: '/private/settings/data', fields: () => ({}) },
  resendVerificationAction: { page: '/private', fields: () => ({}) },
  restoreAccountAction: { page: '/private', namesThing: true, fields: ({ accountId }) => ({ id: accountId }) },
  sendLinkAgainAction: { page: '/private', namesThing: true, fields: ({ invitationId }) => ({ id: invitationId }) },
  updateProfileAction: { page: '/private/settings', fields: (_, fresh) => ({ name: fresh }) },
}

/** What stands before every account, and why it asks for no membership. */
export const OPEN: Record<string, string> = {
  '/': 'the public home',
  '/_global-error': 'says that something failed',
  '/_not-found': 'says that nothing is there',
  '/api/auth/[...nextauth]': 'signing in and out',
  '/api/health/live': 'tells that the process answers',
  '/api/health/ready': 'tells that requests can be served',
  '/dev/mailbox': 'a 404 in production',
  '/dev/mailbox/[id]': 'a 404 in production',
  '/forgot-password': 'whoever has forgotten it cannot sign in',
  '/icon': 'a public image',
  '/opengraph-image': 'a public image',
  '/invitations/[token]': 'the token is the proof',
  '/login': 'signing in',
  '/private/[...unknown]': 'nothing is there, for whoever is signed in',
  '/register': 'signing up',
  '/reset-password/[token]': 'the token is the proof',
  '/restore-email/[token]': 'the token is the proof',
  '/verify-email/[token]': 'the token is the proof',
  acceptInvitationAction: 'the token is the proof, for the address that is signed in',
  confirmEmailAction: 'the token is the proof',
  finishRegistrationAction: 'the token is the proof',
  forgotPasswordAction: 'whoever has forgotten it cannot sign in',
  loginAction: 'signing in',
  registerAction: 'signing up',
  registerInvitedAction: 'the token is the proof',
  resetPasswordAction: 'the token is the proof',
  restoreEmailAction: 'the token is the proof',
  setTheme: 'a cookie of the browser',
  signOutAction: 'signing out',
  switchUserAction: 'signing out',
  verifyEmailAction: 'the token is the proof',
}

export const isAllowed = (allowed: Role[], actor: Actor) => (allowed as Actor[]).includes(actor)
