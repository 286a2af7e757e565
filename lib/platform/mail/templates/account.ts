import { BRAND } from '@/lib/brand'
import type { Party, Templates } from './template'

const DATE = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeZone: 'UTC' })

type InvitationProps = {
  accountName: string
  /** null if the inviter may no longer be shown */
  inviterName: string | null
  /** display name of the role: Owner, Admin, Member */
  roleName: string
  url: string
  /** ISO 8601 */
  expiresAt: string
}

type PolicyChangedProps = {
  accountName: string
  changedBy: string
  changes: { rule: string; from: string; to: string }[]
  url: string
}

type OwnershipDeclinedProps = { accountName: string; memberName: string; url: string }

type OwnershipTransferredProps = { accountName: string; newOwnerName: string; supportEmail: string; url: string }

/** Emails about an account and its members. */
export const ACCOUNT_TEMPLATES = {
  invitation: ({ accountName, inviterName, roleName, url, expiresAt }: InvitationProps) => {
    const expiry = `This invitation expires on ${DATE.format(new Date(expiresAt))} (UTC).`
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
      parties: parties(accountName, `You’ll be ${role}`, inviterName, 'Invited you'),
      button: { label: 'View invitation', url },
      footnote: 'If you didn’t expect this, you can ignore this email. Nothing happens unless you accept.',
      because: inviterName ? `${inviterName} invited this email to ${accountName}.` : `this email was invited to ${accountName}.`,
    }
  },

  'policy-changed': ({ accountName, changedBy, changes, url }: PolicyChangedProps) => ({
    subject: `The security policy of ${accountName} was changed`,
    preview: `${changedBy} changed what ${accountName} requires of its members.`,
    heading: 'Security policy changed',
    paragraphs: [
      `${changedBy} changed what ${accountName} requires of its members. The new policy applies from each member’s next request.`,
    ],
    parties: parties(accountName, 'You’re an owner', changedBy, 'Changed the policy'),
    details: changes.map(({ rule, from, to }): [string, string] => [rule, `${from} → ${to}`]),
    button: { label: 'View policy', url },
    footnote: 'If you didn’t expect this, ask them, or change the policy back.',
    because: `you’re an owner of ${accountName}.`,
  }),

  'ownership-offer': ({ accountName, offererName, url }: { accountName: string; offererName: string; url: string }) => ({
    subject: `${offererName} wants to transfer ${accountName} to you`,
    preview: `You’ve been offered ownership of ${accountName}.`,
    heading: `Become the owner of ${accountName}`,
    paragraphs: [
      `${offererName} offered you ownership of ${accountName} on ${BRAND.name}.`,
      'Owners have full control, including deleting the account. Nothing changes until you accept.',
    ],
    parties: parties(accountName, 'You’ll be its owner', offererName, 'Offered you ownership'),
    button: { label: 'View offer', url },
    footnote: 'If you didn’t expect this, you can ignore this email. Nothing happens unless you accept.',
    because: `you’re a member of ${accountName}.`,
  }),

  'ownership-declined': ({ accountName, memberName, url }: OwnershipDeclinedProps) => ({
    subject: `${memberName} declined ownership of ${accountName}`,
    preview: `You’re still an owner of ${accountName}.`,
    heading: 'Offer declined',
    paragraphs: [`${memberName} declined your offer of ownership. You’re still an owner of ${accountName}.`],
    parties: parties(accountName, 'You’re still an owner', memberName, 'Declined your offer'),
    button: { label: 'View members', url },
    footnote: 'You can offer it again, to them or to another member.',
    because: `you offered ownership of ${accountName}.`,
  }),

  'ownership-transferred': ({ accountName, newOwnerName, supportEmail, url }: OwnershipTransferredProps) => ({
    subject: `${newOwnerName} is now the owner of ${accountName}`,
    preview: `They accepted your offer, and you’re now an admin of ${accountName}.`,
    heading: 'Ownership transferred',
    paragraphs: [
      `${newOwnerName} accepted your offer and is now the owner of ${accountName}. You’re an admin.`,
      'You can still work in the account and manage its people. You can no longer delete it, or change its security policy or its owners.',
    ],
    parties: parties(accountName, 'You’re now an admin', newOwnerName, 'Accepted your offer'),
    button: { label: 'View members', url },
    footnote: `If you didn’t offer ownership, someone else may have used your sign-in. Change your password and contact ${supportEmail}.`,
    because: `you offered ownership of ${accountName}.`,
  }),
} satisfies Templates

function parties(accountName: string, accountLine: string, personName: string | null, personLine: string): Party[] {
  const account: Party = { kind: 'account', name: accountName, line: accountLine }
  return personName ? [account, { kind: 'person', name: personName, line: personLine }] : [account]
}

function withArticle(roleName: string): string {
  return `${/^[AEIOU]/.test(roleName) ? 'an' : 'a'} ${roleName.toLowerCase()}`
}
