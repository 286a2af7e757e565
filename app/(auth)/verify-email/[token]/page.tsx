import type { Metadata } from 'next'
import { resendVerificationAction } from '@/app/actions'
import { DeadLink } from '@/components/dead-link'
import { ResendForm } from '@/components/resend-form'
import { Button } from '@/components/ui/button'
import { Link } from '@/components/ui/link'
import { readDeviceCookie } from '@/lib/http/device-cookie'
import { readLinkToken } from '@/lib/http/link-token-cookie'
import { safePath, withCallback } from '@/lib/http/paths'
import * as labels from '@/lib/labels/public'
import { sentence } from '@/lib/messages'
import { findRegistration } from '@/lib/registrations/registrations'
import { findUser } from '@/lib/scope'
import { findEmailChange } from '@/lib/users/email-change'
import { findVerification } from '@/lib/users/verification'
import { ConfirmEmailForm, FinishRegistrationForm, type FinishRegistrationProps, VerifyEmailForm } from './forms'

export const metadata: Metadata = { title: 'Confirm your email' }

type Props = { params: Promise<{ token: string }>; searchParams: Promise<{ callbackUrl?: string | string[] }> }

/**
 * The page behind every link that confirms an email: after registration, for a change of email, and for a sign-up that
 * waits for confirmation. Opening it changes nothing until the button is pressed.
 */
export default async function VerifyEmailPage({ params, searchParams }: Props) {
  if ((await params).token === 'done') return <Done />
  const { token, id } = await readLinkToken('verify-email')
  const verification = await findVerification(token)
  if (verification) return <Verify email={verification.email} link={id} isOwn={await isSignedIn(verification.userId)} />
  const change = await findEmailChange(token)
  if (change) return <Change email={change.email} link={id} isOwn={await isSignedIn(change.userId)} />
  const registration = await findRegistration(token, await readDeviceCookie())
  if (registration) return <Register {...registration} link={id} callbackUrl={safePath((await searchParams).callbackUrl)} />
  return <Dead />
}

async function isSignedIn(userId: string): Promise<boolean> {
  return (await findUser())?.user.id === userId
}

type ConfirmProps = { email: string; link: string; isOwn: boolean }

function Verify({ email, link, isOwn }: ConfirmProps) {
  return (
    <>
      <h1 className="text-title">Confirm your email</h1>
      <p className="mt-2 mb-6 text-ink-soft wrap-anywhere">
        Someone signed up with <span className="font-medium text-ink">{email}</span>. If that was you, confirm your email.
        {isOwn ? null : ' Enter the password you chose, because you aren’t signed in with this email here.'}
      </p>
      <VerifyEmailForm link={link} isOwn={isOwn} />
      <p className="mt-4 text-small text-ink-soft">
        If it wasn’t you, close this page. You can also{' '}
        <Link href="/forgot-password" prefetch={false}>
          set a new password
        </Link>{' '}
        to lock out the person who signed up.
      </p>
    </>
  )
}

function Change({ email, link, isOwn }: ConfirmProps) {
  return (
    <>
      <h1 className="text-title">Confirm your new email</h1>
      <p className="mt-2 mb-6 text-ink-soft wrap-anywhere">
        You’ll use <span className="font-medium text-ink">{email}</span> to sign in. If you didn’t request this, close this page.
        {isOwn ? null : ' Enter your password, because you aren’t signed in here.'}
      </p>
      <ConfirmEmailForm link={link} isOwn={isOwn} />
    </>
  )
}

function Register({ email, ...form }: { email: string } & FinishRegistrationProps) {
  return (
    <>
      <h1 className="text-title">Create your account</h1>
      <p className="mt-2 mb-6 text-ink-soft wrap-anywhere">
        You’re almost done. You’ll sign in with <span className="font-medium text-ink">{email}</span> and the password you chose.{' '}
        {form.isOwn ? null : 'Enter it again, because you opened this link in a different browser. '}If you didn’t sign up, close this page.
      </p>
      <FinishRegistrationForm {...form} />
    </>
  )
}

function Done() {
  return (
    <>
      <h1 className="text-title">{labels.emailIsConfirmed}</h1>
      <p className="mt-2 mb-6 text-ink-soft">You’re all set.</p>
      <Button asChild look="main" className="w-full">
        <Link href="/private" prefetch={false}>
          {labels.goToYourAccounts}
        </Link>
      </Button>
    </>
  )
}

async function Dead() {
  const scope = await findUser()
  if (!scope)
    return (
      <DeadLink next={{ label: 'Sign in to request a new link', href: withCallback('/login', '/private') }}>
        {sentence('link-expired')}
      </DeadLink>
    )
  if (scope.user.emailVerified)
    return (
      <DeadLink next={{ label: 'Go to settings', href: '/private/settings/email' }}>
        {sentence('link-expired')} Your email is already confirmed.
      </DeadLink>
    )
  return (
    <>
      <DeadLink>{sentence('link-expired')}</DeadLink>
      <ResendForm action={resendVerificationAction} look="main" />
    </>
  )
}
