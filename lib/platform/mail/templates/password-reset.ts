import type { Template } from '@/lib/platform/mail/templates'

export type PasswordResetProps = { url: string }

/** To someone who has forgotten their password, or has to choose another. */
export function passwordReset({ url }: PasswordResetProps): Template {
  return {
    subject: 'Choose a new password',
    preview: 'The link works once, for one hour.',
    heading: 'Choose a new password',
    paragraphs: [
      'Here is the link to set a new password for your Atrium account. You are signed out everywhere when you have set it.',
      'The link works once, for one hour, and only the newest one does.',
    ],
    button: { label: 'Choose a new password', url },
    footnote: 'If you did not ask for this, leave this mail: your password stays as it is.',
  }
}
