import { addressTaken } from '@/lib/platform/mail/templates/address-taken'
import { alreadyRegistered } from '@/lib/platform/mail/templates/already-registered'
import { confirmNewEmail } from '@/lib/platform/mail/templates/confirm-new-email'
import { emailChangeAsked } from '@/lib/platform/mail/templates/email-change-asked'
import { emailChangeChanged } from '@/lib/platform/mail/templates/email-change-changed'
import { emailRestored } from '@/lib/platform/mail/templates/email-restored'
import { finishRegistration } from '@/lib/platform/mail/templates/finish-registration'
import { invitation } from '@/lib/platform/mail/templates/invitation'
import { newDevice } from '@/lib/platform/mail/templates/new-device'
import { ownershipOffer } from '@/lib/platform/mail/templates/ownership-offer'
import { passwordChanged } from '@/lib/platform/mail/templates/password-changed'
import { passwordReset } from '@/lib/platform/mail/templates/password-reset'
import { userDeleted } from '@/lib/platform/mail/templates/user-deleted'
import { verifyEmail } from '@/lib/platform/mail/templates/verify-email'

/** A letter, in plain words: how it looks is for the layout. Every text may hold names, and none of it is markup. */
export type Template = {
  subject: string
  /** What is read beside the subject, in a list of mails. */
  preview: string
  heading: string
  paragraphs: string[]
  button: { label: string; url: string }
  /** Small, at the end: why this mail came, and what to do if it should not have. */
  footnote: string
}

/** Every letter that can be sent, by the name under which it is queued. */
export const TEMPLATES = {
  'address-taken': addressTaken,
  'already-registered': alreadyRegistered,
  'confirm-new-email': confirmNewEmail,
  'email-change-asked': emailChangeAsked,
  'email-change-changed': emailChangeChanged,
  'email-restored': emailRestored,
  'finish-registration': finishRegistration,
  invitation,
  'new-device': newDevice,
  'ownership-offer': ownershipOffer,
  'password-changed': passwordChanged,
  'password-reset': passwordReset,
  'verify-email': verifyEmail,
  'user-deleted': userDeleted,
} satisfies Record<string, (props: never) => Template>
