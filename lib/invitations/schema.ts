import { z } from 'zod'
import { emailField } from '@/lib/email-address'
import { contextualWeakness, newPasswordField } from '@/lib/password/schema'
import { ROLES } from '@/lib/roles'

const DAY_MS = 24 * 60 * 60 * 1000

export const INVITATION_LIFETIME_MS = 7 * DAY_MS
/** How long one that expired can still be seen, and sent again. */
export const EXPIRED_KEPT_MS = 30 * DAY_MS
export const INVITATIONS_AT_ONCE = 100
const LIST_MAX_LENGTH = 20_000
const BAD_ADDRESSES_NAMED = 3

/** The one answer to every invitation, whoever the address belongs to. */
export function invitationsSent(count: number): string {
  return count === 1 ? 'The invitation is on its way.' : `${count} invitations are on their way.`
}

const EMAILS_MISSING = 'Enter an email address, or several.'
export const INVITATION_DEAD = 'This invitation can no longer be used. Ask whoever invited you for a new one.'
export const LINK_SENT = 'The link is on its way to your address.'
export const INVITATION_FOR_ANOTHER = 'This invitation is for another email address.'

/** One address, or a pasted list: separated by commas, semicolons or lines, with or without a name before `<ada@example.com>`. */
const emailsField = z
  .string(EMAILS_MISSING)
  .max(LIST_MAX_LENGTH, 'This list is too long. Send it in parts.')
  .transform((text, issues) => {
    const parts = [...new Set(splitAddresses(text))]
    const wrong = parts.filter((part) => !emailField.safeParse(part).success)
    const message = problemOf(parts, wrong)
    if (message) issues.addIssue({ code: 'custom', message })
    return [...new Set(parts.filter((part) => !wrong.includes(part)).map((part) => emailField.parse(part)))].sort()
  })

function splitAddresses(text: string): string[] {
  return text
    .replace(/"[^"]*"/g, ' ') // a name before an address may hold a comma
    .split(/[,;\n\r]+/)
    .map((part) => part.trim())
    .flatMap((part) => /<([^<>]*)>$/.exec(part)?.[1] ?? part.split(/\s+/))
    .filter(Boolean)
}

function problemOf(parts: string[], wrong: string[]): string | undefined {
  if (!parts.length) return EMAILS_MISSING
  if (parts.length > INVITATIONS_AT_ONCE) return `Invite at most ${INVITATIONS_AT_ONCE} people at once.`
  if (!wrong.length) return undefined
  const named = wrong.slice(0, BAD_ADDRESSES_NAMED).join(', ')
  const more = wrong.length - BAD_ADDRESSES_NAMED
  return `Not an email address: ${named}${more > 0 ? ` and ${more} more` : ''}.`
}

/** The form that invites. */
export const inviteSchema = z.object({
  emails: emailsField,
  role: z.enum(ROLES, 'Choose a role.'),
})

/** What stands in the address of the list; anything odd there counts as not given. */
export const invitationQuerySchema = z.object({ after: z.uuid().optional().catch(undefined) })

/** A button that acts on one invitation. */
export const invitationSchema = z.object({ id: z.uuid() })

/**
 * The form with which an invited person registers: the address is the invitation's, and the account is there.
 * @param email the invited address, which the password must not contain
 * @param passwordMinLength in characters
 */
export function invitedRegistrationSchema(email: string, passwordMinLength: number) {
  return z.object({ id: z.uuid(), password: newPasswordField(passwordMinLength) }).superRefine(({ password }, issues) => {
    const message = contextualWeakness(password, { email })
    if (message) issues.addIssue({ code: 'custom', path: ['password'], message })
  })
}
