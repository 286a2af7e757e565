import type { Template } from '@/lib/platform/mail/templates'

const DATE = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeZone: 'UTC' })

export type InvitationProps = {
  accountName: string
  /** null when nobody can be named any more */
  inviterName: string | null
  /** as people say it: Owner, Admin, Member */
  roleName: string
  url: string
  /** ISO 8601 */
  expiresAt: string
}

/** To someone who is asked to join an account. */
export function invitation({ accountName, inviterName, roleName, url, expiresAt }: InvitationProps): Template {
  return {
    subject: `Join ${accountName} on Atrium`,
    preview: `You are invited as ${withArticle(roleName)}. The invitation holds until ${DATE.format(new Date(expiresAt))}.`,
    heading: `Join ${accountName}`,
    paragraphs: [
      inviterName
        ? `${inviterName} invites you to join ${accountName} on Atrium as ${withArticle(roleName)}.`
        : `You are invited to join ${accountName} on Atrium as ${withArticle(roleName)}.`,
      `The invitation holds until ${DATE.format(new Date(expiresAt))} and works once.`,
    ],
    button: { label: 'See the invitation', url },
    footnote: 'If you did not expect this, leave it: nothing happens unless you accept.',
  }
}

function withArticle(roleName: string): string {
  return `${/^[AEIOU]/.test(roleName) ? 'an' : 'a'} ${roleName.toLowerCase()}`
}
