import { BRAND } from '@/lib/brand'
import type { Templates } from '../template'

/** Emails about changing the email a person signs in with, to both the old and the new address. */
export const EMAIL_CHANGE_TEMPLATES = {
  /** To the new address. */
  'confirm-new-email': ({ url }: { url: string }) => ({
    subject: 'Confirm your new email',
    preview: 'This link expires in 24 hours.',
    paragraphs: [
      `We received a request to use this email to sign in to ${BRAND.name}. Confirm it to finish the change.`,
      'This link expires in 24 hours and works once. Until then, your current email stays the same.',
    ],
    button: { label: 'Confirm new email', url },
    footnote: 'If you didn’t request this, you can ignore this email. Nothing changes until you press the button on the page.',
  }),

  /** To an address that belongs to another user, in place of `confirm-new-email`. */
  'address-taken': ({ url }: { url: string }) => ({
    subject: 'Someone tried to use your email',
    preview: 'Your email is already in use. Nothing has changed.',
    paragraphs: [
      `Someone tried to change their ${BRAND.name} email to this one. You already sign in with it, so nothing has changed.`,
      'If this was you, you have two profiles. Sign in with this email, or change the email of this profile first.',
    ],
    button: { label: 'Sign in', url },
    footnote: 'If this wasn’t you, you can ignore this email. No one can take your email without a link sent to it.',
  }),

  /** To the current address, when a change was requested. */
  'email-change-requested': ({ newEmail, url }: { newEmail: string; url: string }) => ({
    subject: `Request to change your ${BRAND.name} email`,
    preview: 'If this was you, you don’t need to do anything here.',
    heading: 'Request to change your email',
    paragraphs: [
      `We received a request to change your ${BRAND.name} email to ${newEmail}. The change takes effect once that email is confirmed.`,
      'If this wasn’t you, keep this email. We’ll sign you out everywhere and ask you to choose a new password. This link expires in 24 hours.',
    ],
    button: { label: 'Keep this email', url },
    footnote: 'If this was you, you don’t need to do anything here. Open the link we sent to your new email.',
  }),

  /** To the previous address, after the change. */
  'email-changed': ({ newEmail, url }: { newEmail: string; url: string }) => ({
    subject: `Your ${BRAND.name} email was changed`,
    preview: 'If this was you, you don’t need to do anything.',
    heading: 'Your email was changed',
    paragraphs: [
      `You now sign in to ${BRAND.name} with ${newEmail} instead of this email.`,
      'If this wasn’t you, keep this email. We’ll sign you out everywhere and ask you to choose a new password. This link expires in 24 hours.',
    ],
    button: { label: 'Keep this email', url },
    footnote: 'If this was you, you don’t need to do anything.',
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
  }),
} satisfies Templates
