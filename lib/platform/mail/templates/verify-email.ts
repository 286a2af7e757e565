import type { Template } from '@/lib/platform/mail/templates'

export type VerifyEmailProps = { url: string }

/** To someone who has registered: is this address theirs? */
export function verifyEmail({ url }: VerifyEmailProps): Template {
  return {
    subject: 'Confirm your address',
    preview: 'The link works once, for 24 hours.',
    heading: 'Confirm your address',
    paragraphs: ['This address was given for an Atrium account. Confirm that it is yours.', 'The link works once, for 24 hours.'],
    button: { label: 'Confirm your address', url },
    footnote: 'If you did not create an account, leave this mail: nothing is confirmed unless you press the button on the page.',
  }
}
