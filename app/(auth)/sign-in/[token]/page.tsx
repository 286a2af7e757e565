import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { DeadLink } from '@/components/dead-link'
import { readDeviceCookie } from '@/lib/http/device-cookie'
import { readLinkToken } from '@/lib/http/link-token-cookie'
import { safePath, withCallback } from '@/lib/http/paths'
import * as labels from '@/lib/labels/public'
import { sentence } from '@/lib/messages'
import { findSignInLink, isEmailSignInOn, type SignInLink } from '@/lib/users/email-sign-in'
import { ConfirmSignInForm, ShowCodeForm } from './form'

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
      <DeadLink next={{ label: labels.sendNewLink, href: withCallback('/login/email', callbackUrl) }}>{sentence('link-expired')}</DeadLink>
    )
  if (!found.isOwn) return <OtherBrowser {...found} form={{ link: id, callbackUrl }} />
  return (
    <>
      <h1 className="text-title">{labels.signIn}</h1>
      <p className="mt-2 mb-6 text-ink-soft wrap-anywhere">
        You’ll sign in as <span className="font-medium text-ink">{found.email}</span>.
      </p>
      <ConfirmSignInForm link={id} callbackUrl={callbackUrl} />
    </>
  )
}

/**
 * Asks a browser that did not request the link to show a code. The code works only after it was shown, so showing
 * it takes a button, which mail scanners do not press.
 */
function OtherBrowser({ email, device, ip, code, form }: SignInLink & { form: { link: string; callbackUrl: string } }) {
  return (
    <>
      <h1 className="text-title">{code ? labels.enterCodeElsewhere : 'Are you signing in?'}</h1>
      <p className="mt-2 mb-6 text-ink-soft wrap-anywhere">
        Someone wants to sign in as <span className="font-medium text-ink">{email}</span>, from {device}
        {ip ? ` (IP address ${ip})` : null}. If that’s you, enter {code ? 'this code' : 'the code'} there.
      </p>
      {code ? (
        <p className="rounded-panel border border-line bg-surface-sunken p-4 text-center text-title tracking-widest tabular-nums">
          {code.slice(0, 3)} {code.slice(3)}
        </p>
      ) : (
        <ShowCodeForm {...form} />
      )}
      <p className="mt-6 text-ink-soft">If that’s not you, close this page. Never tell anyone this code: it lets them sign in as you.</p>
    </>
  )
}
