import { BRAND } from '@/lib/brand'

/** Where a request came from, for emails that ask the recipient whether it was theirs. */
export type Origin = {
  /** ISO 8601 */
  at: string
  /** a readable name, such as "Firefox on Windows" */
  device: string
  /** IP address, or null if unknown */
  address: string | null
}

export const WAS_NOT_YOU = 'Wasn’t you? Secure your account'
export const NOTHING_TO_DO = 'If this was you, you don’t need to do anything.'
export const SIGNS_IN_HERE = `you sign in to ${BRAND.name} with this email.`

const DATE_TIME = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })

/** Formats a time for an email. In UTC, because the recipient's time zone is unknown. */
export function formatTime(at: string): string {
  return `${DATE_TIME.format(new Date(at))} UTC`
}

/** Returns the rows of the table that shows where a request came from. */
export function originDetails({ at, device, address }: Origin): [string, string][] {
  return [
    ['Device', device],
    ['Time', formatTime(at)],
    ['IP address', address ?? 'Unknown'],
  ]
}
