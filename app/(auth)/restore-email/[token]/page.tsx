import type { Metadata } from 'next'
import { DeadLink } from '@/components/dead-link'
import { readLinkToken } from '@/lib/http/link-token-cookie'
import * as labels from '@/lib/labels/public'
import { findEmailUndo } from '@/lib/users/email-undo'
import { RestoreEmailForm } from './form'

export const metadata: Metadata = { title: 'Keep this email' }

/** The page behind the link sent to the previous email after a change. Opening it changes nothing until the button is pressed. */
export default async function RestoreEmailPage() {
  const { token, id } = await readLinkToken('restore-email')
  const undo = await findEmailUndo(token)
  if (!undo)
    return (
      <DeadLink next={{ label: 'Choose a new password', href: '/forgot-password' }}>
        It expires after 24 hours and works once. If you can still read mail at your current email, choose a new password to sign everyone
        else out.
      </DeadLink>
    )
  return (
    <>
      <h1 className="text-title">{labels.keepEmail}</h1>
      <p className="mt-2 mb-6 text-ink-soft wrap-anywhere">
        You’ll sign in with <span className="font-medium text-ink">{undo.email}</span>. You’ll be signed out everywhere, your previous
        password will stop working, and you’ll choose a new one.
      </p>
      <RestoreEmailForm link={id} />
    </>
  )
}
