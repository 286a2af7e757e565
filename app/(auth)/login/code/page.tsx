import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { FormLink } from '@/components/ui/form-link'
import { safePath, withCallback } from '@/lib/http/paths'
import { redirect } from '@/lib/http/redirect'
import * as labels from '@/lib/labels/public'
import { findClaim } from '@/lib/scope'
import { isEmailSignInOn } from '@/lib/users/email-sign-in'
import { SignInCodeForm } from './form'

export const metadata: Metadata = { title: 'Check your email' }

type Props = { searchParams: Promise<{ callbackUrl?: string | string[] }> }

/** Where a browser that requested a sign-in link waits. It looks the same whether or not a link was sent. */
export default async function SignInCodePage({ searchParams }: Props) {
  if (!isEmailSignInOn()) notFound()
  const callbackUrl = safePath((await searchParams).callbackUrl)
  const claim = await findClaim()
  if (claim) redirect(claim.isPending ? withCallback('/login/verify', callbackUrl) : callbackUrl)
  return (
    <>
      <h1 className="text-title">{labels.checkYourEmail}</h1>
      <p className="mt-2 text-ink-soft">
        Open the link in this browser to sign in. In another browser, it shows a code to enter here. Both expire after 15 minutes.
      </p>
      <SignInCodeForm callbackUrl={callbackUrl} />
      <p className="mt-4 text-ink-soft">
        Didn’t get an email? <FormLink href={withCallback('/login/email', callbackUrl)}>Send another link</FormLink>
      </p>
      <p className="text-ink-soft">
        Email not confirmed? <FormLink href={withCallback('/login', callbackUrl)}>Sign in with your password</FormLink>
      </p>
    </>
  )
}
