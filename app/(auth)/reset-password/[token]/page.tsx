import type { Metadata } from 'next'
import { DeadLink } from '@/components/dead-link'
import { toClient } from '@/lib/client-view'
import { readLinkToken } from '@/lib/http/link-token-cookie'
import { safePath, withCallback } from '@/lib/http/paths'
import * as labels from '@/lib/labels/public'
import { sentence } from '@/lib/messages'
import { env } from '@/lib/platform/env'
import { findPasswordReset } from '@/lib/users/password-reset'
import { ResetPasswordForm } from './form'

export const metadata: Metadata = { title: 'Choose a new password' }

type Props = { searchParams: Promise<{ callbackUrl?: string | string[] }> }

/** The page behind a password reset link. Opening it changes nothing until a password is set. */
export default async function ResetPasswordPage({ searchParams }: Props) {
  const callbackUrl = safePath((await searchParams).callbackUrl)
  const { token, id } = await readLinkToken('reset-password')
  const reset = await findPasswordReset(token)
  if (!reset)
    return (
      <DeadLink next={{ label: labels.sendNewLink, href: withCallback('/forgot-password', callbackUrl) }}>
        {sentence('link-expired')}
      </DeadLink>
    )
  return (
    <>
      <h1 className="text-title">Choose a new password</h1>
      <p className="mt-2 mb-6 text-ink-soft">Setting a new password signs you out everywhere.</p>
      <ResetPasswordForm
        link={id}
        email={reset.email}
        context={reset.context}
        needs={reset.needs && toClient(reset.needs, ['hasTotp', 'hasPasskey'])}
        callbackUrl={callbackUrl}
        passwordMinLength={env().PASSWORD_MIN_LENGTH}
      />
    </>
  )
}
