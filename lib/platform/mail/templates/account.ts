import { BRAND } from '@/lib/brand'
import type { Templates } from '../template'

const DATE = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeZone: 'UTC' })

type InvitationProps = {
  accountName: string
  /** null if the inviter can no longer be named */
  inviterName: string | null
  /** display name of the role: Owner, Admin, Member */
  roleName: string
  url: string
  /** ISO 8601 */
  expiresAt: string
}

/** Emails about an account and its members. */
export const ACCOUNT_TEMPLATES = {
  invitation: ({ accountName, inviterName, roleName, url, expiresAt }: InvitationProps) => {
    const expiry = `This invitation expires on ${DATE.format(new Date(expiresAt))}.`
    const role = withArticle(roleName)
    return {
      subject: `Join ${accountName} on ${BRAND.name}`,
      preview: `You’re invited to join as ${role}. ${expiry}`,
      heading: `Join ${accountName}`,
      paragraphs: [
        inviterName
          ? `${inviterName} invited you to join ${accountName} on ${BRAND.name} as ${role}.`
          : `You’re invited to join ${accountName} on ${BRAND.name} as ${role}.`,
        expiry,
      ],
      button: { label: 'View invitation', url },
      footnote: 'If you didn’t expect this, you can ignore this email. Nothing happens unless you accept.',
    }
  },

  'ownership-offer': ({ accountName, offererName, url }: { accountName: string; offererName: string; url: string }) => ({
    subject: `${offererName} wants to transfer ${accountName} to you`,
    preview: `You’ve been offered ownership of ${accountName}.`,
    heading: `Become the owner of ${accountName}`,
    paragraphs: [
      `${offererName} offered you ownership of ${accountName} on ${BRAND.name}.`,
      'Owners have full control, including deleting the account. Nothing changes until you accept.',
    ],
    button: { label: 'View offer', url },
    footnote: 'If you didn’t expect this, you can ignore this email. Nothing happens unless you accept.',
  }),
} satisfies Templates

function withArticle(roleName: string): string {
  return `${/^[AEIOU]/.test(roleName) ? 'an' : 'a'} ${roleName.toLowerCase()}`
}
