import type { Template } from '@/lib/platform/mail/templates'

export type AddressTakenProps = { url: string }

/** To an address that has an account, when someone wanted it for another account. */
export function addressTaken({ url }: AddressTakenProps): Template {
  return {
    subject: 'Your address is in use already',
    preview: 'Someone tried to use it for another account. Nothing has changed.',
    heading: 'Your address is in use already',
    paragraphs: [
      'Someone tried to use this address for another Atrium account. It belongs to your account, so nothing has changed.',
      'If it was you: sign in with this address, or change the address of this account first.',
    ],
    button: { label: 'Sign in', url },
    footnote: 'If it was not you, leave this mail: nobody can take your address without a link that comes here.',
  }
}
