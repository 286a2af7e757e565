import type { Metadata } from 'next'
import { DeadLink } from '@/components/dead-link'
import { readLinkToken } from '@/lib/http/link-token-cookie'
import { findEmailUndo } from '@/lib/users/email-undo'
import { RestoreEmailForm } from './form'

export const metadata: Metadata = { title: 'Keep the old address' }

/** Where the link to the old address leads, when another one was asked for. It does nothing until the button is pressed. */
export default async function RestoreEmailPage() {
  const { token, id } = await readLinkToken('restore-email')
  const undo = await findEmailUndo(token)
  if (!undo)
    return (
      <DeadLink next={{ label: 'Choose a new password', href: '/forgot-password' }}>
        It is good for 24 hours, once. If the address of your account is still yours, a new password signs everyone else out.
      </DeadLink>
    )
  return (
    <>
      <h1 className="text-title">Keep the old address</h1>
      <p className="mt-2 mb-6 text-ink-soft wrap-anywhere">
        Your account stays with <span className="font-medium text-ink">{undo.email}</span>, or comes back to it. Everyone is signed out, the
        password of before no longer works, and you choose a new one.
      </p>
      <RestoreEmailForm link={id} />
    </>
  )
}
