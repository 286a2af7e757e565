import type { Metadata } from 'next'
import Link from 'next/link'
import { DeadLink } from '@/components/dead-link'
import { ResendForm } from '@/components/resend-form'
import { Button } from '@/components/ui/button'
import { readDeviceCookie } from '@/lib/http/device-cookie'
import { readLinkToken } from '@/lib/http/link-token-cookie'
import { safePath, withCallback } from '@/lib/http/paths'
import { findRegistration } from '@/lib/registrations/registrations'
import { findUser } from '@/lib/scope'
import { findEmailChange } from '@/lib/users/email-change'
import { EMAIL_LINK_DEAD } from '@/lib/users/schema'
import { findVerification } from '@/lib/users/verification'
import { ConfirmEmailForm, FinishRegistrationForm, type FinishRegistrationProps, VerifyEmailForm } from './forms'

export const metadata: Metadata = { title: 'Confirm your address' }

type Props = { params: Promise<{ token: string }>; searchParams: Promise<{ callbackUrl?: string | string[] }> }

/**
 * Where each link leads that proves an address: of someone who registered, of someone who changes it, and of someone who
 * is not registered yet. It says which, and does nothing until the button is pressed.
 */
export default async function VerifyEmailPage({ params, searchParams }: Props) {
  if ((await params).token === 'done') return <Done />
  const { token, id } = await readLinkToken('verify-email')
  const verification = await findVerification(token)
  if (verification) return <Verify email={verification.email} link={id} />
  const change = await findEmailChange(token)
  if (change) return <Change email={change.email} link={id} />
  const registration = await findRegistration(token, await readDeviceCookie())
  if (registration) return <Register {...registration} link={id} callbackUrl={safePath((await searchParams).callbackUrl)} />
  return <Dead />
}

function Verify({ email, link }: { email: string; link: string }) {
  return (
    <>
      <h1 className="text-title">Confirm your address</h1>
      <p className="mt-2 mb-6 text-ink-soft wrap-anywhere">
        Someone registered with <span className="font-medium text-ink">{email}</span>. If that was you, confirm that the address is yours.
      </p>
      <VerifyEmailForm link={link} />
      <p className="text-small text-ink-soft">
        If it was not you, leave this page. Or{' '}
        <Link href="/forgot-password" prefetch={false}>
          set a password of your own
        </Link>
        , which shuts out whoever it was.
      </p>
    </>
  )
}

function Change({ email, link }: { email: string; link: string }) {
  return (
    <>
      <h1 className="text-title">Confirm your new address</h1>
      <p className="mt-2 mb-6 text-ink-soft wrap-anywhere">
        From now on you sign in with <span className="font-medium text-ink">{email}</span>. If you did not ask for this, leave this page.
      </p>
      <ConfirmEmailForm link={link} />
    </>
  )
}

function Register({ email, ...form }: { email: string } & FinishRegistrationProps) {
  return (
    <>
      <h1 className="text-title">Create your account</h1>
      <p className="mt-2 mb-6 text-ink-soft wrap-anywhere">
        <span className="font-medium text-ink">{email}</span> is yours, and so is the password that you chose
        {form.isOwn ? '' : ': give it once more, for this is not the browser that you registered in'}. If you did not ask for an account,
        leave this page.
      </p>
      <FinishRegistrationForm {...form} />
    </>
  )
}

function Done() {
  return (
    <>
      <h1 className="text-title">Your address is confirmed</h1>
      <p className="mt-2 mb-6 text-ink-soft">There is nothing more to do.</p>
      <Button asChild look="main" className="w-full">
        <Link href="/private" prefetch={false}>
          To your accounts
        </Link>
      </Button>
    </>
  )
}

async function Dead() {
  const scope = await findUser()
  if (!scope)
    return <DeadLink next={{ label: 'Sign in to send a new one', href: withCallback('/login', '/private') }}>{EMAIL_LINK_DEAD}</DeadLink>
  if (scope.user.emailVerified)
    return (
      <DeadLink next={{ label: 'To your settings', href: '/private/settings/email' }}>
        {EMAIL_LINK_DEAD} Your address is confirmed.
      </DeadLink>
    )
  return (
    <>
      <DeadLink>{EMAIL_LINK_DEAD} Send a new one?</DeadLink>
      <ResendForm look="main" />
    </>
  )
}
