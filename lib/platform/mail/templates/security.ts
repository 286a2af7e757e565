import { BRAND } from '@/lib/brand'
import type { Templates } from '../template'

const NOTHING_TO_DO = 'If this was you, you don’t need to do anything.'

const DATE_TIME = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })

type NewDeviceProps = {
  /** ISO 8601 */
  at: string
  /** for people to read, such as "Firefox on Windows" */
  device: string
  /** IP address, or null if unknown */
  address: string | null
  url: string
}

type SignInLinkProps = {
  url: string
  /** the browser that requested the link, for people to read */
  device: string
  /** its IP address, or null if unknown */
  address: string | null
}

/** Emails about passwords and sign-ins, and about deleting a profile. */
export const SECURITY_TEMPLATES = {
  'sign-in-link': ({ url, device, address }: SignInLinkProps) => ({
    subject: `Sign in to ${BRAND.name}`,
    preview: 'This link expires in 15 minutes.',
    paragraphs: [
      'Open this link in the browser where you requested it. In any other browser, it shows a code to enter there.',
      `Requested from: ${device}`,
      ...(address ? [`IP address: ${address}`] : []),
      'This link expires in 15 minutes and works once.',
    ],
    button: { label: 'Sign in', url },
    footnote: 'If you didn’t request this, you can ignore this email. Never tell anyone the code.',
  }),

  'password-reset': ({ url }: { url: string }) => ({
    subject: `Reset your ${BRAND.name} password`,
    preview: 'This link expires in one hour.',
    heading: 'Reset your password',
    paragraphs: [
      `Choose a new password for ${BRAND.name}. We’ll sign you out everywhere once it’s set.`,
      'This link expires in one hour and works once.',
    ],
    button: { label: 'Choose a new password', url },
    footnote: 'If you didn’t request this, you can ignore this email. Your password stays the same.',
  }),

  'password-changed': ({ url }: { url: string }) => ({
    subject: `Your ${BRAND.name} password was changed`,
    preview: NOTHING_TO_DO,
    heading: 'Your password was changed',
    paragraphs: [
      `Your ${BRAND.name} password was changed, and your other sessions were signed out.`,
      'If this wasn’t you, reset your password now.',
    ],
    button: { label: 'Reset password', url },
    footnote: NOTHING_TO_DO,
  }),

  'new-device': ({ at, device, address, url }: NewDeviceProps) => {
    const time = `${DATE_TIME.format(new Date(at))} UTC`
    return {
      subject: `New sign-in to ${BRAND.name}`,
      preview: `${device}, ${time}. ${NOTHING_TO_DO}`,
      heading: 'New sign-in',
      paragraphs: [
        `Someone signed in to ${BRAND.name} as you from a browser we haven’t seen before.`,
        `Browser: ${device}`,
        `Time: ${time}`,
        ...(address ? [`IP address: ${address}`] : []),
        'If this wasn’t you, end that session and change your password.',
      ],
      button: { label: 'Review your sessions', url },
      footnote: NOTHING_TO_DO,
    }
  },

  'user-deleted': ({ url }: { url: string }) => ({
    subject: `Your ${BRAND.name} profile was deleted`,
    preview: 'Your data was deleted, and you were signed out everywhere.',
    heading: 'Your profile was deleted',
    paragraphs: [
      'We deleted your profile, sessions, and activity, along with any accounts where you were the only member. You no longer belong to any other account.',
      'This can’t be undone. You can sign up again at any time, but you’ll start from scratch.',
    ],
    button: { label: `Go to ${BRAND.name}`, url },
    footnote: 'If this wasn’t you, someone else knew your password. Change it anywhere else you use it.',
  }),
} satisfies Templates
