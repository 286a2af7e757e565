import type { Template } from '@/lib/platform/mail/templates'

export type OwnershipOfferProps = { accountName: string; offererName: string; url: string }

/** To a member who is offered the ownership of an account. */
export function ownershipOffer({ accountName, offererName, url }: OwnershipOfferProps): Template {
  return {
    subject: `${offererName} offers you ${accountName}`,
    preview: `You can become an owner of ${accountName}, if you like.`,
    heading: `Become an owner of ${accountName}`,
    paragraphs: [
      `${offererName} offers you the ownership of ${accountName} on Atrium.`,
      'An owner can do everything in an account, also delete it. Nothing changes until you accept.',
    ],
    button: { label: 'See the offer', url },
    footnote: 'If you did not expect this, leave it: nothing happens unless you accept.',
  }
}
