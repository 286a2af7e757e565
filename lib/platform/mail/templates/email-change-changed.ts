import type { Template } from '@/lib/platform/mail/templates'

export type EmailChangeChangedProps = { newEmail: string; url: string }

/** To the address of before, when another one has taken its place. */
export function emailChangeChanged({ newEmail, url }: EmailChangeChangedProps): Template {
  return {
    subject: 'The address of your account was changed',
    preview: 'If it was you, there is nothing to do.',
    heading: 'The address of your account was changed',
    paragraphs: [
      `The address of your Atrium account is ${newEmail} now, in place of this one.`,
      'If that was not you, take this address back. That also signs everyone out, and you choose a new password. The link works for 24 hours.',
    ],
    button: { label: 'Keep the old address', url },
    footnote: 'If it was you, there is nothing to do.',
  }
}
