import type { Template } from '@/lib/platform/mail/templates'

export type FinishRegistrationProps = { accountName: string; url: string }

/** To an address that someone wants to register with, where nothing is created before the link. */
export function finishRegistration({ accountName, url }: FinishRegistrationProps): Template {
  return {
    subject: 'Finish creating your account',
    preview: 'The link works once, for 24 hours.',
    heading: 'Finish creating your account',
    paragraphs: [
      `One step is left before ${accountName} is yours on Atrium: show that this address is.`,
      'The link works once, for 24 hours, and only the newest one does.',
    ],
    button: { label: 'Create the account', url },
    footnote: 'If you did not ask for an account, leave this mail: none is created unless you press the button on the page.',
  }
}
