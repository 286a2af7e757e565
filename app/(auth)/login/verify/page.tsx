import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { signOutAction } from '@/app/actions'
import { PasskeyButton } from '@/components/passkey-button'
import { SignOutButton } from '@/components/sign-out-button'
import { FormLink } from '@/components/ui/form-link'
import { hasProvedFactor } from '@/lib/factors/changes'
import { readFactors } from '@/lib/factors/list'
import { type Route, safePath, withCallback } from '@/lib/http/paths'
import { findClaim, findUser } from '@/lib/scope'
import { verifyOptionsAction, verifyPasskeyAction } from './actions'
import { VerifyForm } from './form'

export const metadata: Metadata = { title: 'Confirm it’s you' }

type Props = { searchParams: Promise<{ callbackUrl?: string | string[]; with?: string | string[] }> }

/** Asks a user who has signed in for their second factor. Until they prove it, their session gives access to nothing else. */
export default async function VerifyPage({ searchParams }: Props) {
  const { callbackUrl: wanted, with: method } = await searchParams
  const callbackUrl = safePath(wanted)
  const found = await findClaim()
  if (!found) return redirect(withCallback('/login', callbackUrl))
  const scope = await findUser()
  if (scope && hasProvedFactor(scope)) redirect(callbackUrl)
  const { totp, passkeys } = await readFactors(found.claim)
  if (!totp && !passkeys.length) redirect(callbackUrl)
  const path = withCallback('/login/verify', callbackUrl)
  const isRecovery = method === 'recovery-code' || !totp
  return (
    <>
      <h1 className="text-title">Confirm it’s you</h1>
      <p className="mt-2 text-ink-soft">
        {isRecovery ? 'Enter one of the recovery codes you saved.' : 'Your sign-in needs a second step.'}
      </p>
      {passkeys.length ? (
        <PasskeyButton
          label="Use a passkey"
          ceremony="use"
          options={verifyOptionsAction}
          action={verifyPasskeyAction}
          fields={{ callbackUrl }}
          className="mt-6 w-full"
        />
      ) : null}
      <VerifyForm key={String(isRecovery)} callbackUrl={callbackUrl} isRecovery={isRecovery} />
      <p className="mt-4">
        {!totp ? null : isRecovery ? (
          <FormLink href={path}>Use your authenticator app</FormLink>
        ) : (
          <FormLink href={`${path}&with=recovery-code` as Route}>Use a recovery code</FormLink>
        )}
      </p>
      <SignOutButton action={signOutAction} className="-ml-4" />
    </>
  )
}
