import type { Role } from '@/lib/generated/prisma/enums'
import type { EventText } from '@/lib/resource'
import { type NameIn, withDeclared } from '@/lib/resources'
import { ROLE_NAMES, ROLE_PHRASES } from '@/lib/roles'

/** The columns of an event that its sentence is made of. */
export type EventFacts = { kind: string; target: string | null; details: unknown }

const ACCOUNT_EVENTS = {
  'account.created': { name: 'Account created', sentence: (target) => `Created the account ${target}` },
  'account.renamed': { name: 'Account renamed', sentence: (target, { from }) => `Renamed the account from “${from}” to ${target}` },
  'account.policy-changed': {
    name: 'Security policy changed',
    sentence: (_, { rules }) => `Changed the security policy${rules ? `: ${rules}` : ''}`,
  },
  'account.deleted': { name: 'Account deleted', sentence: (target) => `Deleted the account ${target}` },
  'account.restored': { name: 'Account restored', sentence: (target) => `Restored the account ${target}` },
  'account.suspended': { name: 'Account suspended', sentence: () => 'Suspended the account as an operator' },
  'account.unsuspended': { name: 'Suspension lifted', sentence: () => 'Lifted the suspension as an operator' },
  'account.restored-from-backup': {
    name: 'Account restored from a backup',
    sentence: (_, { takenAt }) => `Restored the account from the backup of ${takenAt}`,
  },
  'account.exported': { name: 'Account exported', sentence: () => 'Exported the account’s data' },
  'audit.exported': { name: 'Audit exported', sentence: () => 'Exported the audit trail' },
  'access.denied': {
    name: 'Access denied',
    sentence: (_, { permission }) => `Was denied an action that their role doesn’t allow (${permission})`,
  },
  'user.registered': { name: 'Registered', sentence: (target) => `Registered with the account ${target}` },
  'membership.role-changed': {
    name: 'Role changed',
    sentence: (target, { from, to }) => `Changed the role of ${target} from ${roleName(from)} to ${roleName(to)}`,
  },
  'membership.removed': { name: 'Member removed', sentence: (target) => `Removed ${target} from the account` },
  'membership.restored': {
    name: 'Member restored',
    sentence: (target, { role }) => `Undid the removal of ${target}, who is ${rolePhrase(role)} again`,
  },
  'membership.left': { name: 'Member left', sentence: () => 'Left the account' },
  'ownership.offered': { name: 'Ownership offered', sentence: (target) => `Offered ownership to ${target}` },
  'ownership.withdrawn': { name: 'Ownership offer withdrawn', sentence: (target) => `Withdrew the offer of ownership to ${target}` },
  'ownership.declined': { name: 'Ownership declined', sentence: (target) => `Declined ownership from ${target}` },
  'ownership.accepted': { name: 'Ownership accepted', sentence: (target) => `Accepted ownership from ${target}, who became an admin` },
  'invitation.sent': { name: 'Invitation sent', sentence: (target, { role }) => `Invited ${target} to join as ${rolePhrase(role)}` },
  'invitation.revoked': { name: 'Invitation revoked', sentence: (target) => `Revoked the invitation to ${target}` },
  'invitation.declined': { name: 'Invitation declined', sentence: (target) => `Declined the invitation to ${target}` },
  'invitation.restored': { name: 'Invitation restored', sentence: (target) => `Restored the invitation to ${target}` },
  'invitation.accepted': {
    name: 'Invitation accepted',
    sentence: (target, { role }) => `Joined as ${rolePhrase(role)} with the invitation to ${target}`,
  },
} as const satisfies Record<string, EventText>

const USER_EVENTS = {
  'session.started': {
    name: 'Signed in',
    sentence: (_, { remembered, by }) => {
      const way = by === 'email' ? ' with a link from an email' : by === 'passkey' ? ' with a passkey' : ''
      return `Signed in${way}${remembered === 'true' ? `${way ? ' and' : ' with'} “Remember me”` : ''}`
    },
  },
  'session.link-asked': { name: 'Sign-in link requested', sentence: () => 'Requested a link to sign in' },
  'session.refused': { name: 'Sign-in failed', sentence: () => 'Entered a wrong password' },
  'session.ended': {
    name: 'Signed out',
    sentence: (target, { ip }) => (ip === undefined ? 'Signed out' : `Ended another session on ${target}`),
  },
  // Rows have stored this kind, and hash chains contain it. A new name would leave those rows without a sentence.
  'session.proven': { name: 'Password confirmed', sentence: () => 'Confirmed the password' },
  'session.verified': {
    name: 'Second factor confirmed',
    sentence: (_, { method }) =>
      `Confirmed the sign-in with ${method === 'recovery_code' ? 'a recovery code' : method === 'passkey' ? 'a passkey' : 'an authenticator app'}`,
  },
  'session.verification-refused': { name: 'Second factor failed', sentence: () => 'Entered a wrong code for a second factor' },
  'sessions.ended': {
    name: 'Sessions ended',
    sentence: (_, { count }) => (count === '1' ? 'Ended 1 session' : `Ended ${count} sessions`),
  },
  'user.profile-changed': { name: 'Profile changed', sentence: () => 'Changed the profile' },
  'user.email-verified': { name: 'Email confirmed', sentence: (target) => `Confirmed the email ${target}` },
  'user.email-change-asked': { name: 'Email change requested', sentence: (target) => `Requested to change the email to ${target}` },
  'user.email-change-cancelled': {
    name: 'Email change canceled',
    sentence: (target) => `Canceled the change of email and kept ${target}`,
  },
  'user.email-changed': { name: 'Email changed', sentence: (target) => `Changed the email to ${target}` },
  'user.email-restored': { name: 'Email restored', sentence: (target) => `Restored the email ${target}` },
  'user.password-reset-asked': { name: 'Password reset requested', sentence: () => 'Requested a link to reset the password' },
  'user.suspended': { name: 'Sign-in suspended', sentence: () => 'An operator suspended this user' },
  'user.unsuspended': { name: 'Sign-in restored', sentence: () => 'An operator lifted the suspension' },
  'user.exported': { name: 'Data downloaded', sentence: () => 'Downloaded their own data' },
  'user.password-changed': { name: 'Password changed', sentence: () => 'Changed the password' },
  'user.password-reset': { name: 'Password reset', sentence: () => 'Reset the password with a link from an email' },
  'user.totp-added': { name: 'Authenticator app added', sentence: () => 'Added an authenticator app' },
  'user.totp-removed': { name: 'Authenticator app removed', sentence: () => 'Removed an authenticator app' },
  'user.totp-renamed': { name: 'Authenticator app renamed', sentence: (target) => `Renamed an authenticator app to ${target}` },
  'user.passkey-added': { name: 'Passkey added', sentence: (target) => `Added the passkey ${target}` },
  'user.passkey-removed': { name: 'Passkey removed', sentence: (target) => `Removed the passkey ${target}` },
  'user.passkey-renamed': { name: 'Passkey renamed', sentence: (target) => `Renamed a passkey to ${target}` },
  'user.passkey-copied': {
    name: 'Copied passkey refused',
    sentence: (target) => `Tried to sign in with a copy of the passkey ${target}`,
  },
  'user.factors-reset': { name: 'Second factors reset', sentence: () => 'An operator removed all second factors' },
  'user.recovery-codes-made': { name: 'Recovery codes generated', sentence: () => 'Generated new recovery codes' },
  'user.browser-remembered': { name: 'Browser remembered', sentence: (target) => `Remembered ${target} for 30 days` },
  'user.browser-forgotten': { name: 'Browser forgotten', sentence: (target) => `Stopped remembering ${target}` },
  'user.password-rehashed': { name: 'Password hash updated', sentence: () => 'Updated the password hash at sign-in' },
} as const satisfies Record<string, EventText>

/** A kind of event that does not belong to a resource. */
export type CoreAuditKind = keyof typeof ACCOUNT_EVENTS | keyof typeof USER_EVENTS

/** Every kind of event that this release records. */
export type AuditKind = CoreAuditKind | NameIn<'events'>

const TRAILS = { account: withDeclared('events', ACCOUNT_EVENTS), user: USER_EVENTS }
const EVENTS: Record<AuditKind, EventText> = { ...TRAILS.account, ...TRAILS.user }

/** Returns whether this release records events of this kind. */
export function isAuditKind(text: string | undefined): text is AuditKind {
  return text !== undefined && Object.hasOwn(EVENTS, text)
}

/** Returns the kinds that an account's or a user's trail can contain, with their names, for a filter. */
export function kindsIn(trail: 'account' | 'user'): { kind: AuditKind; name: string }[] {
  return Object.entries(TRAILS[trail]).map(([kind, { name }]) => ({ kind: kind as AuditKind, name }))
}

/** Returns the name of a kind, or the kind itself if a newer release recorded it. */
export function nameOfKind(kind: string): string {
  return isAuditKind(kind) ? EVENTS[kind].name : kind
}

/** Returns what happened, as a sentence without its subject, with the names at the time. */
export function sentenceOf({ kind, target, details }: EventFacts): string {
  if (!isAuditKind(kind)) return kind
  const texts = Object.entries(details ?? {}).map(([name, value]) => [name, String(value)])
  return EVENTS[kind].sentence(quoted(target), Object.fromEntries(texts))
}

/** Quotes a target, unless it is an email address. */
function quoted(target: string | null): string {
  if (!target) return 'something'
  return /^\S+@\S+$/.test(target) ? target : `“${target}”`
}

function roleName(role: string | undefined): string | undefined {
  return ROLE_NAMES[role as Role] ?? role
}

function rolePhrase(role: string | undefined): string | undefined {
  return ROLE_PHRASES[role as Role] ?? role
}
