import type { Template } from '@/lib/platform/mail/templates'

export type PasswordChangedProps = { url: string }

/** To someone whose password is a new one, whoever set it. */
export function passwordChanged({ url }: PasswordChangedProps): Template {
  return {
    subject: 'Your password was changed',
    preview: 'If it was you, there is nothing to do.',
    heading: 'Your password was changed',
    paragraphs: [
      'The password of your Atrium account is a new one, and you are signed out everywhere else.',
      'If that was not you, choose another password now. The one that was set then no longer works.',
    ],
    button: { label: 'Choose another password', url },
    footnote: 'If it was you, there is nothing to do.',
  }
}
