import { z } from 'zod'
import { emailField } from '@/lib/email-address'
import { type Message, message } from '@/lib/messages'
import { newPasswordField } from '@/lib/password/schema'
import { ROLES } from '@/lib/roles'
import { newProfileNameField } from '@/lib/users/schema'

const DAY_MS = 24 * 60 * 60 * 1000

export const INVITATION_LIFETIME_MS = 7 * DAY_MS
/** How long an expired invitation is listed and can be resent. */
export const EXPIRED_RETENTION_MS = 30 * DAY_MS
/** How long a revoked invitation can be restored. */
export const RESTORABLE_MS = 5 * 60 * 1000
export const INVITATIONS_AT_ONCE = 100
const LIST_MAX_LENGTH = 20_000
const INVALID_EMAILS_NAMED = 3

/** One or more addresses, separated by commas, semicolons, or new lines. A name before `<ada@example.com>` is ignored. */
const emailsField = z
  .string(message('invitation-emails-missing'))
  .max(LIST_MAX_LENGTH, message('invitation-list-too-long'))
  .transform((text, issues) => {
    const parts = [...new Set(splitAddresses(text))]
    const wrong = parts.filter((part) => !emailField.safeParse(part).success)
    const problem = problemOf(parts, wrong)
    if (problem) issues.addIssue({ code: 'custom', message: problem })
    return [...new Set(parts.filter((part) => !wrong.includes(part)).map((part) => emailField.parse(part)))].sort()
  })

function splitAddresses(text: string): string[] {
  return text
    .replace(/"[^"]*"/g, ' ') // a quoted name may contain a comma
    .split(/[,;\n\r]+/)
    .map((part) => part.trim())
    .flatMap((part) => /<([^<>]*)>$/.exec(part)?.[1] ?? part.split(/\s+/))
    .filter(Boolean)
}

function problemOf(parts: string[], wrong: string[]): Message | undefined {
  if (!parts.length) return 'invitation-emails-missing'
  if (parts.length > INVITATIONS_AT_ONCE) return message('invitation-too-many', { max: INVITATIONS_AT_ONCE })
  if (!wrong.length) return undefined
  const emails = wrong.slice(0, INVALID_EMAILS_NAMED).join(', ')
  return message('invitation-emails-invalid', { emails, more: Math.max(0, wrong.length - INVALID_EMAILS_NAMED) })
}

/** The form that invites people. */
export const inviteSchema = z.object({
  emails: emailsField,
  role: z.enum(ROLES, message('role-missing')),
})

/** The query parameters of the list. An invalid one counts as missing. */
export const invitationQuerySchema = z.object({ after: z.uuid().optional().catch(undefined) })

/** A button that acts on one invitation. */
export const invitationSchema = z.object({ id: z.uuid() })

/**
 * Builds the schema of the form with which an invited person registers. The email comes from the invitation.
 * @param passwordMinLength in code points
 */
export function invitedRegistrationSchema(passwordMinLength: number) {
  return z.object({ id: z.uuid(), name: newProfileNameField, password: newPasswordField(passwordMinLength) })
}
