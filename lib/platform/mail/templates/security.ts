import { BRAND } from '@/lib/brand'
import { formatTime, NOTHING_TO_DO, type Origin, originDetails, SIGNS_IN_HERE, WAS_NOT_YOU } from './origin'
import type { Templates } from './template'

/** Emails about passwords and sign-ins, and about deleting a profile. */
export const SECURITY_TEMPLATES = {
  'sign-in-link': ({ url, ...origin }: { url: string } & Origin) => ({
    subject: `Sign in to ${BRAND.name}`,
    preview: 'This link expires in 15 minutes.',
    paragraphs: [
      'Open this link in the browser where you requested it. In any other browser, it shows a code to enter there.',
      'This link expires in 15 minutes and works once.',
    ],
    details: originDetails(origin),
    button: { label: 'Sign in', url },
    footnote: 'If you didn’t request this, you can ignore this email. Never tell anyone the code.',
    because: `a sign-in link to ${BRAND.name} was requested for this email.`,
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
    because: `a new ${BRAND.name} password was requested for this email.`,
  }),

  'password-changed': ({ url, ...origin }: { url: string } & Origin) => ({
    subject: `Your ${BRAND.name} password was changed`,
    preview: `${origin.device}, ${formatTime(origin.at)}. ${NOTHING_TO_DO}`,
    heading: 'Your password was changed',
    paragraphs: [
      `Your ${BRAND.name} password was changed, and your other sessions were signed out. If this wasn’t you, reset your password now.`,
    ],
    details: originDetails(origin),
    button: { label: WAS_NOT_YOU, url },
    footnote: NOTHING_TO_DO,
    because: SIGNS_IN_HERE,
  }),

  'new-device': ({ url, ...origin }: { url: string } & Origin) => ({
    subject: `New sign-in to ${BRAND.name}`,
    preview: `${origin.device}, ${formatTime(origin.at)}. ${NOTHING_TO_DO}`,
    heading: 'New sign-in',
    paragraphs: [
      `Someone signed in to ${BRAND.name} as you from a browser we haven’t seen before. If this wasn’t you, end that session and change your password.`,
    ],
    details: originDetails(origin),
    button: { label: WAS_NOT_YOU, url },
    footnote: NOTHING_TO_DO,
    because: SIGNS_IN_HERE,
  }),

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
    because: `you signed in to ${BRAND.name} with this email.`,
  }),
} satisfies Templates
