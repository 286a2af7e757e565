import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { FormLink } from '@/components/ui/form-link'
import { safePath, withCallback } from '@/lib/http/paths'
import { redirect } from '@/lib/http/redirect'
import * as labels from '@/lib/labels/public'
import { findClaim } from '@/lib/scope'
import { isEmailSignInOn } from '@/lib/users/email-sign-in'
import { SignInLinkForm } from './form'

export const metadata: Metadata = { title: 'Sign in by email' }

type Props = { searchParams: Promise<{ callbackUrl?: string | string[] }> }

export default async function SignInLinkPage({ searchParams }: Props) {
  if (!isEmailSignInOn()) notFound()
  const callbackUrl = safePath((await searchParams).callbackUrl)
  const claim = await findClaim()
  if (claim) redirect(claim.isPending ? withCallback('/login/verify', callbackUrl) : callbackUrl)
  return (
    <>
      <h1 className="text-title">{labels.signInByEmail}</h1>
      <p className="mt-2 text-ink-soft">
        We’ll send a link to your email, if you have confirmed it. You don’t need your password. The link expires in 15 minutes.
      </p>
      <SignInLinkForm callbackUrl={callbackUrl} />
      <p className="mt-4 text-ink-soft">
        Know your password? <FormLink href={withCallback('/login', callbackUrl)}>Sign in with your password</FormLink>
      </p>
    </>
  )
}
