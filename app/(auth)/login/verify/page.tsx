import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { signOutAction } from '@/app/actions'
import { SignOutButton } from '@/components/sign-out-button'
import { FormLink } from '@/components/ui/form-link'
import { hasProvedFactor } from '@/lib/factors/changes'
import { type Route, safePath, withCallback } from '@/lib/http/paths'
import { findClaim, findUser } from '@/lib/scope'
import { VerifyForm } from './form'

export const metadata: Metadata = { title: 'Confirm it’s you' }

type Props = { searchParams: Promise<{ callbackUrl?: string | string[]; with?: string | string[] }> }

/** Asks a user who has signed in for their second factor. Until they prove it, their session gives access to nothing else. */
export default async function VerifyPage({ searchParams }: Props) {
  const { callbackUrl: wanted, with: method } = await searchParams
  const callbackUrl = safePath(wanted)
  if (!(await findClaim())) redirect(withCallback('/login', callbackUrl))
  const scope = await findUser()
  if (scope && hasProvedFactor(scope)) redirect(callbackUrl)
  const path = withCallback('/login/verify', callbackUrl)
  const isRecovery = method === 'recovery-code'
  return (
    <>
      <h1 className="text-title">Confirm it’s you</h1>
      <p className="mt-2 text-ink-soft">
        {isRecovery ? 'Enter one of the recovery codes you saved.' : 'Your sign-in needs a second step.'}
      </p>
      <VerifyForm key={String(isRecovery)} callbackUrl={callbackUrl} isRecovery={isRecovery} />
      <p className="mt-4">
        {isRecovery ? (
          <FormLink href={path}>Use your authenticator app</FormLink>
        ) : (
          <FormLink href={`${path}&with=recovery-code` as Route}>Use a recovery code</FormLink>
        )}
      </p>
      <SignOutButton action={signOutAction} className="-ml-4" />
    </>
  )
}
