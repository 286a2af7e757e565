import type { Template } from '@/lib/platform/mail/templates'

export type UserDeletedProps = { url: string }

/** To someone who has deleted their user, as the last that is sent to them. */
export function userDeleted({ url }: UserDeletedProps): Template {
  return {
    subject: 'Your user was deleted',
    preview: 'Your data is gone from Atrium, and you are signed out everywhere.',
    heading: 'Your user was deleted',
    paragraphs: [
      'Your profile, your sessions and your history are gone from Atrium, and so are the accounts in which you were alone. You no longer belong to any other.',
      'This cannot be undone. If you come back, you begin anew.',
    ],
    button: { label: 'Open Atrium', url },
    footnote: 'If that was not you, someone else knew your password: change it wherever you use the same one.',
  }
}
