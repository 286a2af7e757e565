import type { MessageText } from './resource'
import { type ResourceMessages, withDeclared } from './resources'
import { ROLE_NAMES } from './roles'

// The messages of forms, actions, and domain functions, by code. Safe for the browser. A resource declares its own in
// lib/<resource>/resource.ts.
// Domain functions, schemas, and flash messages use codes with parameters. Only `sentence` turns them into text.

const CORE = {
  // Any field
  'field-required': 'Fill this in.',
  'field-unusable': 'This can’t be used here.',
  'too-short': ({ min }: { min: number }) => `Use at least ${min} characters.`,
  'too-long': ({ max }: { max: number }) => `Use at most ${max} characters.`,
  'amount-invalid': 'Enter an amount, such as 1,234.50.',
  'day-invalid': 'Choose a date.',
  'invisible-characters': 'Remove the invisible characters.',
  'name-unnameable': 'Use at least one letter, digit, or emoji.',

  // Any action
  'rate-limited': ({ seconds }: { seconds: number }) => `Too many attempts. Try again in ${formatDuration(seconds)}.`,
  'recipient-limited': ({ emails, more, seconds }: { emails: string; more: number; seconds: number }) =>
    `We’ve already emailed ${emails}${more > 0 ? ` and ${more} more` : ''} several times in the last hour. Try again in ${formatDuration(seconds)}.`,
  'export-running': ({ seconds }: { seconds: number }) =>
    `An export is already running. Try again when it has finished, or in ${formatDuration(seconds)}.`,
  'hashing-busy': 'Many people are signing in right now. Wait a few seconds, then try again.',
  'database-unavailable': 'We can’t save this right now, and nothing was changed. Wait a moment, then try again.',
  'link-expired': 'This link has expired or was already used. Request a new one.',

  'account-policy-unmet': 'This account requires you to verify first. We’ve kept what you entered.',

  // Email addresses
  'email-missing': 'Enter your email address.',
  'email-invalid': 'Enter an email address, such as ada@example.com.',
  'email-taken': 'This email is already registered.',
  'email-taken-sign-in': 'This email is already registered. Sign in with it.',
  'email-taken-sign-in-to-accept': 'This email is already registered. Sign in to accept.',
  'email-unchanged': 'This is already your email.',
  'email-differs': 'This isn’t your email.',
  'email-confirmation-missing': 'Type your email to confirm.',
  'email-change-requested': ({ email }: { email: string }) =>
    `Check your email. We sent a link to ${email}. Your email changes once you confirm it.`,
  'email-no-longer-free': 'This email now belongs to another user, so yours didn’t change.',
  'email-confirmed': 'Email confirmed',
  'email-unconfirmed': 'Confirm your email first. Open the link we sent you, or send a new one from the top of this page.',
  'email-already-confirmed': 'Your email is already confirmed.',
  'email-restored': ({ email }: { email: string }) => `Your email is ${email}. You’re signed out everywhere.`,
  'verification-sent': ({ email }: { email: string }) => `We sent a new link to ${email}.`,
  'verification-too-soon': 'We sent a link less than a minute ago. Check your inbox, or try again in a minute.',

  // Passwords and sign-in
  'sign-in-failed': 'Email or password is incorrect.',
  'sign-in-link-requested': ({ email }: { email: string }) => `If ${email} is registered and confirmed, we sent a link to it.`,
  'sign-in-code-incorrect': 'This code is incorrect or has expired.',
  'password-missing': 'Enter your password.',
  'password-choose': 'Choose a password.',
  'password-incorrect': 'Your password is incorrect.',
  'password-common': 'This password is too common. Choose another.',
  'password-pattern': 'Repeats and sequences are easy to guess. Choose another password.',
  'password-personal': 'This password is easy to guess from your email or a name. Choose another.',
  'password-guessable': 'This password is easy to guess. Use another word or a few more characters.',
  'password-breached': 'This password appeared in a data breach. Choose another.',
  'password-unchanged': 'This is your current password. Choose another.',
  'password-has-email': 'Your password can’t contain your email.',
  'password-has-account': 'Your password can’t contain the account name.',
  'password-unstorable': 'Your password contains a character we can’t store.',
  'password-changed': 'Password changed. You’re signed out everywhere else.',
  'password-reset': 'Password changed. Sign in with your new password.',
  'password-reset-requested': ({ email }: { email: string }) => `Check your email. If ${email} is registered, we sent a link to it.`,

  // Second factors
  'code-missing': 'Enter the six-digit code.',
  'code-incorrect': 'This code is incorrect or was already used.',
  'factor-proof-missing': 'Confirm your second factor first.',
  'totp-full': ({ max }: { max: number }) => `You’ve reached the limit of ${max} authenticator apps. Remove one first.`,
  'factor-missing': 'This was already removed.',
  'factor-asked-by': ({ accounts, count }: { accounts: string; count: number }) =>
    `${accounts} ${count === 1 ? 'requires' : 'require'} a second factor. Add one to continue.`,
  'factor-required': ({ accounts, count }: { accounts: string; count: number }) =>
    `${accounts} ${count === 1 ? 'requires' : 'require'} this. Add another factor first, or leave the account.`,
  'totp-setup-expired': 'This setup has expired or was restarted. Start over.',
  'totp-added': 'Authenticator app added. Save your recovery codes now.',
  'totp-added-again': 'Authenticator app added',
  'passkey-refused': 'This passkey wasn’t accepted. Try again, or choose another method.',
  'passkey-canceled': 'The request was canceled. Try again.',
  'passkey-exists': 'You already have a passkey on this device.',
  'passkey-start-again': 'Enter your password again to add a passkey. Go back to Security and start over.',
  'passkeys-full': ({ max }: { max: number }) => `You’ve reached the limit of ${max} passkeys. Remove one first.`,
  'passkey-added': 'Passkey added. Save your recovery codes now.',
  'passkey-added-again': 'Passkey added',
  'factor-renamed': 'Name changed',
  'factor-removed': ({ name }: { name: string }) => `${name} removed`,
  'last-way-to-sign-in': 'This is your only way to sign in. Add another one first.',
  'recovery-codes-made': 'New recovery codes generated. The earlier ones no longer work.',
  'recovery-codes-saved': 'Recovery codes hidden. Keep your copy in a safe place.',
  'recovery-codes-without-factor': 'Add an authenticator app or a passkey first.',
  'browser-forgotten': ({ device }: { device: string }) => `${device} is no longer remembered`,
  'browser-not-remembered': 'This browser is no longer remembered.',

  // Registration
  'registration-requested': ({ email }: { email: string }) => `Check your email. We sent a link to ${email}. Open it to continue.`,
  'registration-expired': 'This link has expired or was already used. Register again to get a new one.',
  'registration-password-incorrect':
    'This password doesn’t match this link. If you received several links, open the one you requested, or register again.',
  'registration-invitation-only': 'You need an invitation to register.',

  // Accounts
  'account-name-missing': 'Enter an account name.',
  'account-name-taken': 'This account name is taken.',
  'accounts-full': ({ max }: { max: number }) => `You can create up to ${max} accounts. A deleted account stops counting after 30 days.`,
  'policy-changed': ({ count }: { count: number }) => (count === 0 ? 'No changes to save' : 'Security policy changed'),
  'policy-shuts-you-out': 'Your own network isn’t on this list, so you would lose access. Add it first.',
  'policy-needs-your-factor': 'Verify one of these factors first, so that you keep access to this account.',
  'factor-method-missing': 'Choose at least one accepted factor.',
  'domains-invalid': ({ items }: { items: string }) => `Not a domain: ${items}.`,
  'ranges-invalid': ({ items }: { items: string }) => `Not an IP address or range: ${items}. Use CIDR notation, such as 203.0.113.0/24.`,
  'list-too-long': ({ max }: { max: number }) => `Use at most ${max} entries.`,
  'account-name-differs': 'This isn’t the account’s name.',
  'account-name-confirmation-missing': 'Type the account’s name to confirm.',
  'account-created': 'Account created',
  'account-renamed': 'Account renamed',
  'account-deleted': 'Account deleted. You can restore it below.',
  'account-restored': 'Account restored',
  'account-policy-restore':
    'This session doesn’t meet the account’s security policy. Confirm your password or second factor, or use an allowed network.',
  'account-not-restorable': 'This account can no longer be restored.',

  'setup-dismissed': 'Checklist hidden',

  // Members and ownership
  'role-missing': 'Choose a role.',
  'role-changed': ({ role }: { role: keyof typeof ROLE_NAMES }) => `Role changed to ${ROLE_NAMES[role] ?? role}`,
  // The page that shows it also offers to undo it, for this user.
  'member-removed': (_: { userId: string }) => 'Member removed',
  'member-restored': 'Member restored',
  'member-returned': 'They’re already a member.',
  'member-not-restorable': 'This can no longer be undone. Invite them again.',
  'account-left': ({ name }: { name: string }) => `You left ${name}.`,
  'account-joined': ({ name }: { name: string }) => `You joined ${name}.`,
  'last-owner': 'An account needs an owner. Transfer ownership first.',
  'ownership-offered': 'Ownership offered. They have seven days to accept.',
  'ownership-withdrawn': 'Offer withdrawn',
  'ownership-accepted': 'You’re now the owner of this account.',
  'ownership-declined': 'Offer declined',
  'ownership-offer-expired': 'This offer is no longer available.',
  'already-owner': 'They’re already an owner.',
  'member-unconfirmed': 'They haven’t confirmed their email yet.',

  // Invitations
  'invitation-emails-missing': 'Enter at least one email address.',
  'invitation-list-too-long': 'This list is too long. Send it in parts.',
  'invitation-too-many': ({ max }: { max: number }) => `Invite at most ${max} people at a time.`,
  'invitation-emails-invalid': ({ emails, more }: { emails: string; more: number }) =>
    `Not an email address: ${emails}${more > 0 ? ` and ${more} more` : ''}.`,
  'invitation-domain': ({ emails, more, domains }: { emails: string; more: number; domains: string }) =>
    `This account only allows emails at ${domains}. Not allowed: ${emails}${more > 0 ? ` and ${more} more` : ''}.`,
  'invitation-domain-refused': 'This account no longer allows emails from this domain. Ask the person who invited you.',
  'invitations-sent': ({ count }: { count: number }) => (count === 1 ? 'Invitation sent' : `${count} invitations sent`),
  'invitations-full': ({ max }: { max: number }) =>
    `An account can have up to ${max} pending invitations. Revoke some, or wait until they are accepted.`,
  'invitation-resent': ({ email }: { email: string }) => `Invitation resent to ${email}`,
  'invitation-revoked': 'Invitation revoked',
  'invitation-declined': ({ name }: { name: string }) => `Invitation to ${name} declined`,
  'invitation-restored': 'Invitation restored',
  'invitation-replaced': 'This person has been invited again.',
  'invitation-expired': 'This invitation is no longer valid. Ask the person who invited you for a new one.',
  'invitation-for-another': 'This invitation is for another email.',

  // Sessions, profile, and own data
  'session-ended': ({ device }: { device: string }) => `Session on ${device} ended`,
  'session-already-ended': 'This session has already ended.',
  'sessions-quota': ({ max }: { max: number }) => `You can have up to ${max} sessions. After that, a new sign-in ends the oldest one.`,
  'sessions-ended': ({ count }: { count: number }) =>
    count === 0 ? 'No other active sessions.' : count === 1 ? '1 other session ended' : `${count} other sessions ended`,
  'profile-saved': 'Profile saved',
  'data-ready': 'Your file is ready.',
  'user-deleted': 'Your profile was deleted, and you were signed out everywhere.',
  'user-owns-accounts': ({ names, more }: { names: string; more: number }) =>
    `You’re the only owner of ${names}${more > 0 ? ` and ${more} more` : ''}. Transfer ownership or delete the account first.`,
} as const satisfies Record<string, MessageText>

type Catalog = typeof CORE & ResourceMessages

/** A code in the catalog. */
export type MessageCode = keyof Catalog

type PlainCode = { [Code in MessageCode]: Catalog[Code] extends string ? Code : never }[MessageCode]
type CodeWithParams = Exclude<MessageCode, PlainCode>
type Params<Code extends CodeWithParams> = Parameters<Catalog[Code]>[0]

const MESSAGES: Record<MessageCode, MessageText> = withDeclared('messages', CORE)

/** A code, followed by its parameters as JSON if it takes any. A string can pass through zod, a cookie, and an action. */
export type Message = PlainCode | `${CodeWithParams} ${string}`

/** Returns the message for a code and the parameters that it takes. */
export function message(code: PlainCode): Message
export function message<Code extends CodeWithParams>(code: Code, params: Params<Code>): Message
export function message(code: MessageCode, params?: unknown): Message {
  return (params ? `${code} ${JSON.stringify(params)}` : code) as Message
}

/**
 * Turns a message into the sentence to show.
 * @param text a {@link Message}; anything else, such as one of zod's own messages, becomes the general sentence for a field
 */
export function sentence(text: string): string {
  return readSentence(text) ?? CORE['field-unusable']
}

/** Returns the sentence for an untrusted message, such as one from a cookie; undefined if it is not a message. */
export function readSentence(text: string): string | undefined {
  const [, code = '', json] = /^([a-z-]+)(?: (\{.*\}))?$/s.exec(text) ?? []
  if (!Object.hasOwn(MESSAGES, code)) return undefined
  const entry = MESSAGES[code as MessageCode]
  if (typeof entry === 'string') return json === undefined ? entry : undefined
  const params = json === undefined ? undefined : readParams(json)
  return params && (entry as (params: object) => string)(params)
}

/** Returns the parameters of an untrusted message, if it has this code. */
export function readParamsOf(code: CodeWithParams, text: string): Record<string, unknown> | undefined {
  return text.startsWith(`${code} `) ? readParams(text.slice(code.length + 1)) : undefined
}

/** Parses parameters, which must be text and numbers only. */
function readParams(json: string): Record<string, unknown> | undefined {
  try {
    const params: unknown = JSON.parse(json)
    const isFlat =
      typeof params === 'object' && params !== null && Object.values(params).every((value) => /^(string|number)$/.test(typeof value))
    return isFlat ? (params as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** Formats a duration in whole seconds, minutes, or hours, rounded up. */
function formatDuration(seconds: number): string {
  if (seconds < 60) return pluralize(Math.max(1, Math.ceil(seconds)), 'second')
  if (seconds <= 60 * 60) return pluralize(Math.ceil(seconds / 60), 'minute')
  return pluralize(Math.ceil(seconds / (60 * 60)), 'hour')
}

function pluralize(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
