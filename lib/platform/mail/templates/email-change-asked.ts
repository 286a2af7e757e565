import type { Template } from '@/lib/platform/mail/templates'

export type EmailChangeAskedProps = { newEmail: string; url: string }

/** To the address in use, when another one was asked for and is not confirmed yet. */
export function emailChangeAsked({ newEmail, url }: EmailChangeAskedProps): Template {
  return {
    subject: 'A new address for your account?',
    preview: 'If it was you, there is nothing to do here.',
    heading: 'A new address for your account?',
    paragraphs: [
      `Someone who is signed in to your Atrium account asked to change its address to ${newEmail} from now on.`,
      'If that was not you, keep this address. That also signs everyone out, and you choose a new password. The link works for 24 hours.',
    ],
    button: { label: 'Keep this address', url },
    footnote: 'If it was you, there is nothing to do here: open the link in the mail to your new address.',
  }
}
