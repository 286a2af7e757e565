import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { DeadLink } from '@/components/dead-link'
import { readDeviceCookie } from '@/lib/http/device-cookie'
import { readLinkToken } from '@/lib/http/link-token-cookie'
import { safePath, withCallback } from '@/lib/http/paths'
import { sentence } from '@/lib/messages'
import { findSignInLink, isEmailSignInOn, type SignInLink } from '@/lib/users/email-sign-in'
import { ConfirmSignInForm } from './form'

export const metadata: Metadata = { title: 'Sign in' }

type Props = { searchParams: Promise<{ callbackUrl?: string | string[] }> }

/** The page behind a sign-in link. Opening it signs no one in, because mail scanners open links too. */
export default async function SignInLinkPage({ searchParams }: Props) {
  if (!isEmailSignInOn()) notFound()
  const callbackUrl = safePath((await searchParams).callbackUrl)
  const { token, id } = await readLinkToken('sign-in')
  const found = await findSignInLink(token, await readDeviceCookie())
  if (!found)
    return (
      <DeadLink next={{ label: 'Send a new link', href: withCallback('/login/email', callbackUrl) }}>
        {sentence('sign-in-link-expired')}
      </DeadLink>
    )
  if (!found.isOwn) return <Code {...found} />
  return (
    <>
      <h1 className="text-title">Sign in</h1>
      <p className="mt-2 mb-6 text-ink-soft wrap-anywhere">
        You’ll sign in as <span className="font-medium text-ink">{found.email}</span>.
      </p>
      <ConfirmSignInForm link={id} callbackUrl={callbackUrl} />
    </>
  )
}

function Code({ email, device, ip, code }: SignInLink) {
  return (
    <>
      <h1 className="text-title">Enter this code in your other browser</h1>
      <p className="mt-2 mb-6 text-ink-soft wrap-anywhere">
        Someone wants to sign in as <span className="font-medium text-ink">{email}</span>, from {device}
        {ip ? ` (IP address ${ip})` : null}. If that’s you, enter this code there.
      </p>
      <p className="rounded-panel border border-line bg-surface-sunken p-4 text-center text-title tracking-widest tabular-nums">
        {code.slice(0, 3)} {code.slice(3)}
      </p>
      <p className="mt-6 text-ink-soft">If that’s not you, close this page. Never tell anyone this code: it lets them sign in as you.</p>
    </>
  )
}
