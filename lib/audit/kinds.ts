import type { Role } from '@/lib/generated/prisma/enums'
import { ROLE_NAMES, ROLE_PHRASES } from '@/lib/roles'
import type { AuditKind } from './audit'

/** What a sentence about an event can be made of. */
export type EventFacts = { kind: string; target: string | null; details: unknown }

type Words = {
  /** as a filter offers it */
  name: string
  /** which trail it stands in, and so which page offers it */
  trail: 'account' | 'person'
  /** what was done, as a sentence goes on after the name of who did it */
  says: (target: string, details: Record<string, string>) => string
}

/** A word for every kind of event there is; the type asks for that of a new one. */
const WORDS: Record<AuditKind, Words> = {
  'account.created': { name: 'Account created', trail: 'account', says: (target) => `Created the account ${target}` },
  'account.renamed': {
    name: 'Account renamed',
    trail: 'account',
    says: (target, { from }) => `Renamed the account from “${from}” to ${target}`,
  },
  'account.deleted': { name: 'Account deleted', trail: 'account', says: (target) => `Deleted the account ${target}` },
  'account.restored': { name: 'Account restored', trail: 'account', says: (target) => `Restored the account ${target}` },
  'account.exported': { name: 'Account exported', trail: 'account', says: () => 'Exported all that the account holds' },
  'audit.exported': { name: 'Audit exported', trail: 'account', says: () => 'Exported this list' },
  'user.registered': { name: 'Registered', trail: 'account', says: (target) => `Registered, with ${target}` },
  'membership.role-changed': {
    name: 'Role changed',
    trail: 'account',
    says: (target, { from, to }) => `Changed the role of ${target} from ${roleName(from)} to ${roleName(to)}`,
  },
  'membership.removed': { name: 'Member removed', trail: 'account', says: (target) => `Removed ${target} from the account` },
  'membership.left': { name: 'Member left', trail: 'account', says: () => 'Left the account' },
  'ownership.offered': { name: 'Ownership offered', trail: 'account', says: (target) => `Offered ownership to ${target}` },
  'ownership.withdrawn': {
    name: 'Ownership offer withdrawn',
    trail: 'account',
    says: (target) => `Took back the offer of ownership to ${target}`,
  },
  'ownership.declined': { name: 'Ownership declined', trail: 'account', says: (target) => `Declined ownership from ${target}` },
  'ownership.accepted': {
    name: 'Ownership accepted',
    trail: 'account',
    says: (target) => `Accepted ownership from ${target}, who became an admin`,
  },
  'invitation.sent': {
    name: 'Invitation sent',
    trail: 'account',
    says: (target, { role }) => `Invited ${target} to join as ${rolePhrase(role)}`,
  },
  'invitation.link-sent': {
    name: 'Invitation sent again',
    trail: 'account',
    says: (target) => `Asked for the link of the invitation for ${target} again`,
  },
  'invitation.revoked': { name: 'Invitation revoked', trail: 'account', says: (target) => `Revoked the invitation for ${target}` },
  'invitation.accepted': {
    name: 'Invitation accepted',
    trail: 'account',
    says: (target, { role }) => `Joined as ${rolePhrase(role)}, by the invitation for ${target}`,
  },
  'project.created': { name: 'Project created', trail: 'account', says: (target) => `Created the project ${target}` },
  'project.renamed': {
    name: 'Project renamed',
    trail: 'account',
    says: (target, { from }) => `Renamed the project “${from}” to ${target}`,
  },
  'project.archived': { name: 'Project archived', trail: 'account', says: (target) => `Archived the project ${target}` },
  'project.unarchived': {
    name: 'Project brought back',
    trail: 'account',
    says: (target) => `Brought the project ${target} back from the archive`,
  },
  'project.deleted': { name: 'Project deleted', trail: 'account', says: (target) => `Deleted the project ${target}` },
  'session.started': {
    name: 'Signed in',
    trail: 'person',
    says: (_, { remembered }) => (remembered === 'true' ? 'Signed in, to be remembered' : 'Signed in'),
  },
  'session.refused': { name: 'Sign-in failed', trail: 'person', says: () => 'Gave a wrong password' },
  'session.ended': {
    name: 'Signed out',
    trail: 'person',
    says: (target, { ip }) => (ip === undefined ? 'Signed out' : `Ended another session, in ${target}`),
  },
  'session.proven': { name: 'Password given again', trail: 'person', says: () => 'Gave the password again' },
  'sessions.ended': {
    name: 'Sessions ended',
    trail: 'person',
    says: (_, { count }) => `Ended ${count === '1' ? 'one session' : `${count} sessions`}`,
  },
  'user.profile-changed': { name: 'Profile changed', trail: 'person', says: () => 'Changed the profile' },
  'user.email-verified': { name: 'Email confirmed', trail: 'person', says: (target) => `Confirmed the address ${target}` },
  'user.email-change-asked': {
    name: 'Email change asked for',
    trail: 'person',
    says: (target) => `Asked to change the email address to ${target}`,
  },
  'user.email-change-cancelled': {
    name: 'Email change stopped',
    trail: 'person',
    says: (target) => `Stopped a change of email address and kept ${target}`,
  },
  'user.email-changed': { name: 'Email changed', trail: 'person', says: (target) => `Changed the email address to ${target}` },
  'user.email-restored': { name: 'Email restored', trail: 'person', says: (target) => `Took the email address ${target} back` },
  'user.password-reset-asked': { name: 'Password link asked for', trail: 'person', says: () => 'Asked for a link to set a password' },
  'user.exported': { name: 'Data downloaded', trail: 'person', says: () => 'Downloaded all that is kept about them' },
  'user.password-changed': { name: 'Password changed', trail: 'person', says: () => 'Changed the password' },
  'user.password-reset': { name: 'Password reset', trail: 'person', says: () => 'Set a new password by a link from a mail' },
  'user.password-rehashed': {
    name: 'Password stored anew',
    trail: 'person',
    says: () => 'Signed in, and the password was stored in a newer form',
  },
}

export function isAuditKind(text: string | undefined): text is AuditKind {
  return text !== undefined && Object.hasOwn(WORDS, text)
}

/** The kinds that a trail can hold, by their names, for a choice. */
export function kindsIn(trail: Words['trail']): { kind: AuditKind; name: string }[] {
  return Object.entries(WORDS)
    .filter(([, words]) => words.trail === trail)
    .map(([kind, { name }]) => ({ kind: kind as AuditKind, name }))
}

/** @returns the plain name of a kind; the kind itself where a later release has written it */
export function nameOfKind(kind: string): string {
  return isAuditKind(kind) ? WORDS[kind].name : kind
}

/** What was done, in one sentence without who did it. Names in it are as they were then, and as they were typed. */
export function tell({ kind, target, details }: EventFacts): string {
  if (!isAuditKind(kind)) return kind
  const texts = Object.entries(details ?? {}).map(([name, value]) => [name, String(value)])
  return WORDS[kind].says(quoted(target), Object.fromEntries(texts))
}

/** An email address speaks for itself; whatever else was typed stands in quotes. */
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
