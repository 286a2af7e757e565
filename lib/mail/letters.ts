import { invitation } from './letters/invitation'
import { ownershipOffer } from './letters/ownership-offer'
import { passwordChanged } from './letters/password-changed'
import { userDeleted } from './letters/user-deleted'

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
  invitation,
  'ownership-offer': ownershipOffer,
  'password-changed': passwordChanged,
  'user-deleted': userDeleted,
} satisfies Record<string, (props: never) => Letter>
