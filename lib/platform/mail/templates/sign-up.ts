import { BRAND } from '@/lib/brand'
import type { Templates } from './template'

const SIGNED_UP = `this email was used to sign up for ${BRAND.name}.`

/** Emails about signing up: confirm an email, finish a registration, already registered. */
export const SIGN_UP_TEMPLATES = {
  'verify-email': ({ url }: { url: string }) => ({
    subject: `Confirm your email for ${BRAND.name}`,
    heading: 'Confirm your email',
    preview: 'Confirm your email so you can invite people.',
    paragraphs: [
      `Thanks for signing up for ${BRAND.name}. Confirm your email so you can invite people and accept invitations.`,
      'This link expires in 24 hours and works once.',
    ],
    button: { label: 'Confirm email', url },
    footnote: `If you didn’t sign up for ${BRAND.name}, you can ignore this email. Nothing is confirmed until you press the button on the page.`,
    because: SIGNED_UP,
  }),

  'finish-registration': ({ accountName, url }: { accountName: string; url: string }) => ({
    subject: `Finish creating your account on ${BRAND.name}`, // without the account name, which a stranger may have chosen
    heading: 'Finish creating your account',
    preview: 'One step left: confirm your email.',
    paragraphs: [`Confirm your email to create ${accountName} on ${BRAND.name}.`, 'This link expires in 24 hours and works once.'],
    parties: [{ kind: 'account' as const, name: accountName, line: 'You’ll be its owner' }],
    button: { label: 'Create account', url },
    footnote: `If you didn’t sign up for ${BRAND.name}, you can ignore this email. Nothing is created until you press the button on the page.`,
    because: SIGNED_UP,
  }),

  'already-registered': ({ url }: { url: string }) => ({
    subject: `You’re already registered with ${BRAND.name}`,
    preview: 'Someone tried to sign up with your email. Nothing has changed.',
    heading: 'You’re already registered',
    paragraphs: [
      `Someone tried to sign up for ${BRAND.name} with this email. You’re already registered, so nothing has changed.`,
      'If this was you, sign in instead. If you forgot your password, you can reset it from the sign-in page.',
    ],
    button: { label: 'Sign in', url },
    footnote: 'If this wasn’t you, you can ignore this email.',
    because: SIGNED_UP,
  }),
} satisfies Templates
