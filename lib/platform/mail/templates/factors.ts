import { BRAND } from '@/lib/brand'
import { formatTime, NOTHING_TO_DO, type Origin, originDetails, SIGNS_IN_HERE, WAS_NOT_YOU } from './origin'
import type { Templates } from './template'

const CHANGES = {
  'totp-added': 'An authenticator app was added',
  'totp-removed': 'An authenticator app was removed',
  'passkey-added': 'A passkey was added',
  'passkey-removed': 'A passkey was removed',
  'passkey-copied': 'A copy of a passkey was refused',
  'factors-reset': 'Your second factors were removed',
  'recovery-codes-made': 'New recovery codes were generated',
}

const RESET =
  'You can sign in once without a second factor. Add a new one then, because later sign-ins require it. If you didn’t ask for this, sign in and change your password now.'

/** A change of a user's second factors. */
export type FactorChange = keyof typeof CHANGES

/** Emails about second factors. */
export const FACTOR_TEMPLATES = {
  'factors-changed': ({ url, change, ...origin }: { url: string; change: FactorChange } & Origin) => ({
    subject: `${CHANGES[change] ?? 'Your second factors were changed'} on ${BRAND.name}`,
    preview: `${origin.device}, ${formatTime(origin.at)}. ${NOTHING_TO_DO}`,
    heading: CHANGES[change] ?? 'Your second factors were changed',
    paragraphs: [
      change === 'factors-reset'
        ? RESET
        : 'This changes how you sign in. If this wasn’t you, check your ways to sign in and change your password now.',
    ],
    details: originDetails(origin),
    button: { label: WAS_NOT_YOU, url },
    footnote: NOTHING_TO_DO,
    because: SIGNS_IN_HERE,
  }),

  'recovery-code-used': ({ url, left, ...origin }: { url: string; left: number } & Origin) => ({
    subject: `A recovery code was used on ${BRAND.name}`,
    preview: `${origin.device}, ${formatTime(origin.at)}. ${NOTHING_TO_DO}`,
    heading: 'A recovery code was used',
    paragraphs: [
      `Someone confirmed your sign-in to ${BRAND.name} with a recovery code. ${left === 0 ? 'You have none left' : left === 1 ? 'You have 1 code left' : `You have ${left} codes left`}. If this wasn’t you, change your password now.`,
    ],
    details: originDetails(origin),
    button: { label: WAS_NOT_YOU, url },
    footnote: NOTHING_TO_DO,
    because: SIGNS_IN_HERE,
  }),
} satisfies Templates
