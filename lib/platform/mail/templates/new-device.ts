import type { Template } from '@/lib/platform/mail/templates'

const MOMENT = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })

export type NewDeviceProps = {
  /** ISO 8601 */
  at: string
  /** in words: Firefox on Windows */
  device: string
  /** null when it is not known */
  address: string | null
  url: string
}

/** To someone whose password was right in a browser that they had not signed in from before. */
export function newDevice({ at, device, address, url }: NewDeviceProps): Template {
  const when = `${MOMENT.format(new Date(at))} UTC`
  return {
    subject: 'A new browser signed in to your account',
    preview: `${device}, ${when}. If it was you, there is nothing to do.`,
    heading: 'A new browser signed in',
    paragraphs: [
      'Your password was just used to sign in to Atrium from a browser that we have not seen with you before.',
      `Browser: ${device}`,
      `When: ${when}`,
      ...(address ? [`From the address: ${address}`] : []),
      'If that was not you, end that session and change your password.',
    ],
    button: { label: 'See your sessions', url },
    footnote: 'If it was you, there is nothing to do.',
  }
}
