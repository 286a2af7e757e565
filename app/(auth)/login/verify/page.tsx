import type { Metadata } from 'next'
import { signOutAction } from '@/app/actions'
import { SignOutButton } from '@/components/sign-out-button'
import { hasVerifiedFactor } from '@/lib/factors/changes'
import { readFactors } from '@/lib/factors/list'
import { safePath, withCallback } from '@/lib/http/paths'
import { redirect } from '@/lib/http/redirect'
import { findClaim, findUser } from '@/lib/scope'
import { RECOVERY, SecondFactor, waysToVerify } from './second-factor'

export const metadata: Metadata = { title: 'Confirm it’s you' }

type Props = { searchParams: Promise<{ callbackUrl?: string | string[]; with?: string | string[] }> }

/** Asks a user who has signed in for their second factor. Until they verify it, their session gives no other access. */
export default async function VerifyPage({ searchParams }: Props) {
  const { callbackUrl: wanted, with: method } = await searchParams
  const callbackUrl = safePath(wanted)
  const found = await findClaim()
  if (!found) return redirect(withCallback('/login', callbackUrl))
  const scope = await findUser()
  if (scope && hasVerifiedFactor(scope)) redirect(callbackUrl)
  const ways = waysToVerify(await readFactors(found.claim))
  const hasFactor = ways.hasCode || ways.hasPasskey
  if (!hasFactor && !found.isPending) redirect(callbackUrl)
  const isRecovery = method === RECOVERY
  return (
    <>
      <h1 className="text-title">Confirm it’s you</h1>
      <p className="mt-2 mb-6 text-ink-soft">
        {!hasFactor
          ? 'Your second factors were reset, and you’ve signed in since. Add a new one where you’re still signed in, or ask for another reset.'
          : isRecovery || !ways.hasCode
            ? ways.hasPasskey && !isRecovery
              ? 'Your sign-in needs a second step: a passkey, or a recovery code.'
              : 'Enter one of the recovery codes you saved.'
            : 'Your sign-in needs a second step.'}
      </p>
      <SecondFactor ways={ways} page="/login/verify" callbackUrl={callbackUrl} isRecovery={isRecovery} />
      <SignOutButton action={signOutAction} className="-ml-4" />
    </>
  )
}
