import type { Template } from '@/lib/platform/mail/templates'

export type AlreadyRegisteredProps = { url: string }

/** To an address that has an account, when someone wanted to register with it. */
export function alreadyRegistered({ url }: AlreadyRegisteredProps): Template {
  return {
    subject: 'You already have an account',
    preview: 'Someone tried to register with your address. Nothing has changed.',
    heading: 'You already have an account',
    paragraphs: [
      'Someone tried to create an Atrium account with this address. There is one already, so nothing has changed.',
      'If it was you, sign in. If you have forgotten your password, the page to sign in leads to a new one.',
    ],
    button: { label: 'Sign in', url },
    footnote: 'If it was not you, leave this mail: your account is as it was.',
  }
}
