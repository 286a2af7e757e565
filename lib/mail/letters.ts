import { addressTaken } from './letters/address-taken'
import { alreadyRegistered } from './letters/already-registered'
import { confirmNewEmail } from './letters/confirm-new-email'
import { emailChangeAsked } from './letters/email-change-asked'
import { emailChangeChanged } from './letters/email-change-changed'
import { emailRestored } from './letters/email-restored'
import { finishRegistration } from './letters/finish-registration'
import { invitation } from './letters/invitation'
import { newDevice } from './letters/new-device'
import { ownershipOffer } from './letters/ownership-offer'
import { passwordChanged } from './letters/password-changed'
import { passwordReset } from './letters/password-reset'
import { userDeleted } from './letters/user-deleted'
import { verifyEmail } from './letters/verify-email'

/** A letter, in plain words: how it looks is for the layout. Every text may hold names, and none of it is markup. */
export type Letter = {
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
export const LETTERS = {
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
} satisfies Record<string, (props: never) => Letter>
