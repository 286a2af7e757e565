import type { Template } from '@/lib/platform/mail/templates'

export type ConfirmNewEmailProps = { url: string }

/** To the address that someone wants to sign in with from now on. */
export function confirmNewEmail({ url }: ConfirmNewEmailProps): Template {
  return {
    subject: 'Confirm your new address',
    preview: 'The link works once, for 24 hours.',
    heading: 'Confirm your new address',
    paragraphs: [
      'Someone asked to use this address for their Atrium account from now on. If it was you, confirm it.',
      'The link works once, for 24 hours. Until then the address of before stays in use.',
    ],
    button: { label: 'Confirm your new address', url },
    footnote: 'If it was not you, leave this mail: nothing changes unless you press the button on the page.',
  }
}
