import { BRAND } from '@/lib/brand'
import { NOTHING_TO_DO, type Origin, originDetails, SIGNS_IN_HERE, WAS_NOT_YOU } from './origin'
import type { Templates } from './template'

type ToOldEmail = { newEmail: string; url: string } & Origin

const IF_NOT_YOU =
  'If this wasn’t you, secure your account. We’ll keep this email, sign you out everywhere, and ask you to choose a new password. This link expires in 24 hours.'

/** Emails about changing the email a person signs in with, to both the old and the new address. */
export const EMAIL_CHANGE_TEMPLATES = {
  /** To the new address. */
  'confirm-new-email': ({ url }: { url: string }) => ({
    subject: `Confirm your new ${BRAND.name} email`,
    preview: 'This link expires in 24 hours.',
    heading: 'Confirm your new email',
    paragraphs: [
      `We received a request to use this email to sign in to ${BRAND.name}. Confirm it to finish the change.`,
      'This link expires in 24 hours and works once. Until then, your current email stays the same.',
    ],
    button: { label: 'Confirm new email', url },
    footnote: 'If you didn’t request this, you can ignore this email. Nothing changes until you press the button on the page.',
    because: `someone asked to sign in to ${BRAND.name} with this email.`,
  }),

  /** To an address that belongs to another user, in place of `confirm-new-email`. */
  'address-taken': ({ url }: { url: string }) => ({
    subject: `Someone tried to use your ${BRAND.name} email`,
    preview: 'Your email is already in use. Nothing has changed.',
    heading: 'Someone tried to use your email',
    paragraphs: [
      `Someone tried to change their ${BRAND.name} email to this one. You already sign in with it, so nothing has changed.`,
      'If this was you, you have two profiles. Sign in with this email, or change the email of this profile first.',
    ],
    button: { label: 'Sign in', url },
    footnote: 'If this wasn’t you, you can ignore this email. No one can take your email without a link sent to it.',
    because: SIGNS_IN_HERE,
  }),

  /** To the current address, when a change was requested. */
  'email-change-requested': ({ newEmail, url, ...origin }: ToOldEmail) => ({
    subject: `Request to change your ${BRAND.name} email`,
    preview: 'If this was you, you don’t need to do anything here.',
    heading: 'Request to change your email',
    paragraphs: [
      `We received a request to change your ${BRAND.name} email to ${newEmail}. The change takes effect once that email is confirmed.`,
      IF_NOT_YOU,
    ],
    details: originDetails(origin),
    button: { label: WAS_NOT_YOU, url },
    footnote: 'If this was you, you don’t need to do anything here. Open the link we sent to your new email.',
    because: SIGNS_IN_HERE,
  }),

  /** To the previous address, after the change. */
  'email-changed': ({ newEmail, url, ...origin }: ToOldEmail) => ({
    subject: `Your ${BRAND.name} email was changed`,
    preview: NOTHING_TO_DO,
    heading: 'Your email was changed',
    paragraphs: [`You now sign in to ${BRAND.name} with ${newEmail} instead of this email.`, IF_NOT_YOU],
    details: originDetails(origin),
    button: { label: WAS_NOT_YOU, url },
    footnote: NOTHING_TO_DO,
    because: `you signed in to ${BRAND.name} with this email until now.`,
  }),

  /** To the new address, after the owner of the previous one undid the change. */
  'email-restored': ({ url }: { url: string }) => ({
    subject: `This email was removed from your ${BRAND.name} profile`,
    preview: 'Your previous email was restored.',
    heading: 'This email was removed from your profile',
    paragraphs: [
      'Your previous email was restored with a link we sent there. You can no longer sign in with this one.',
      'You were signed out everywhere. To sign in again, set a new password with the link we sent to your previous email.',
    ],
    button: { label: 'Sign in', url },
    footnote: 'If you didn’t expect this, check who can read mail sent to your previous email.',
    because: `you signed in to ${BRAND.name} with this email.`,
  }),
} satisfies Templates
