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

/** The page behind a password reset link. Opening it changes nothing until a password is set. */
export default async function ResetPasswordPage({ searchParams }: Props) {
  const { kept, ...query } = await searchParams
  const callbackUrl = safePath(query.callbackUrl)
  const { token, id } = await readLinkToken('reset-password')
  const reset = await findPasswordReset(token)
  if (!reset)
    return (
      <DeadLink next={{ label: 'Send a new link', href: withCallback('/forgot-password', callbackUrl) }}>{PASSWORD_RESET_DEAD}</DeadLink>
    )
  return (
    <>
      {kept ? (
        <div className="mb-6">
          <FormMessage tone="success">Your email is {reset.email}, and everyone was signed out.</FormMessage>
        </div>
      ) : null}
      <h1 className="text-title">Choose a new password</h1>
      <p className="mt-2 mb-6 text-ink-soft">
        Setting a new password signs you out everywhere.{kept ? ' Your previous password no longer works.' : ''}
      </p>
      <ResetPasswordForm link={id} email={reset.email} callbackUrl={callbackUrl} passwordMinLength={env().PASSWORD_MIN_LENGTH} />
    </>
  )
}
