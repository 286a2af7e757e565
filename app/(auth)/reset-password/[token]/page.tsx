import type { Metadata } from 'next'
import { DeadLink } from '@/components/dead-link'
import { FormMessage } from '@/components/ui/form-message'
import { readLinkToken } from '@/lib/http/link-token-cookie'
import { safePath, withCallback } from '@/lib/http/paths'
import { env } from '@/lib/platform/env'
import { findPasswordReset } from '@/lib/users/password-reset'
import { PASSWORD_RESET_DEAD } from '@/lib/users/schema'
import { ResetPasswordForm } from './form'

export const metadata: Metadata = { title: 'Choose a new password' }

type Props = { searchParams: Promise<{ callbackUrl?: string | string[]; kept?: string | string[] }> }

/** Where the link for a forgotten password leads. It does nothing until a password is set. */
export default async function ResetPasswordPage({ searchParams }: Props) {
  const { kept, ...query } = await searchParams
  const callbackUrl = safePath(query.callbackUrl)
  const { token, id } = await readLinkToken('reset-password')
  const reset = await findPasswordReset(token)
  if (!reset)
    return (
      <DeadLink next={{ label: 'Send a new one', href: withCallback('/forgot-password', callbackUrl) }}>{PASSWORD_RESET_DEAD}</DeadLink>
    )
  return (
    <>
      {kept ? (
        <div className="mb-6">
          <FormMessage tone="success">Your address is {reset.email}, and everyone is signed out.</FormMessage>
        </div>
      ) : null}
      <h1 className="text-title">Choose a new password</h1>
      <p className="mt-2 mb-6 text-ink-soft">
        When it is set, you are signed out everywhere{kept ? ', and the password of before no longer works' : ''}.
      </p>
      <ResetPasswordForm link={id} email={reset.email} callbackUrl={callbackUrl} passwordMinLength={env().PASSWORD_MIN_LENGTH} />
    </>
  )
}
