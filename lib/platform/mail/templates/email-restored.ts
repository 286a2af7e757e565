import type { Template } from '@/lib/platform/mail/templates'

export type EmailRestoredProps = { url: string }

/** To an address that an account had, when an earlier one was taken back in its place. */
export function emailRestored({ url }: EmailRestoredProps): Template {
  return {
    subject: 'This address is no longer that of your account',
    preview: 'Whoever reads the mail of the address before has taken it back.',
    heading: 'This address is no longer that of your account',
    paragraphs: [
      'Your Atrium account had this address, and has the one from before again: it was taken back by a link in a mail there.',
      'Everyone is signed out, and a new password has to be set, by a link that went to the address from before.',
    ],
    button: { label: 'Sign in', url },
    footnote: 'If you did not expect this, look to who can read the mail of your earlier address.',
  }
}
