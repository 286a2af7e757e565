import type { Metadata } from 'next'
import { PasskeyButton } from '@/components/passkey-button'
import { Button } from '@/components/ui/button'
import { FormLink } from '@/components/ui/form-link'
import { Link } from '@/components/ui/link'
import { safePath, withCallback } from '@/lib/http/paths'
import { redirect } from '@/lib/http/redirect'
import * as labels from '@/lib/labels/public'
import { findClaim } from '@/lib/scope'
import { isEmailSignInOn } from '@/lib/users/email-sign-in'
import { signInByPasskeyAction, signInOptionsAction } from './actions'
import { LoginForm } from './form'

export const metadata: Metadata = { title: 'Sign in' }

type Props = { searchParams: Promise<{ callbackUrl?: string | string[] }> }

export default async function LoginPage({ searchParams }: Props) {
  const callbackUrl = safePath((await searchParams).callbackUrl)
  // Checks the session row, not the cookie: a dead cookie would redirect between here and /private forever.
  const claim = await findClaim()
  if (claim) redirect(claim.isPending ? withCallback('/login/verify', callbackUrl) : callbackUrl)
  return (
    <>
      <h1 className="text-title">{labels.signIn}</h1>
      <p className="mt-2 text-ink-soft">Welcome back.</p>
      <LoginForm callbackUrl={callbackUrl} />
      <PasskeyButton
        label={labels.usePasskey}
        ceremony="use"
        options={signInOptionsAction}
        action={signInByPasskeyAction}
        fields={{ callbackUrl }}
        fieldsOf={{ form: 'sign-in', names: ['remember'] }}
        withAutofill
        className="w-full"
      />
      {isEmailSignInOn() ? (
        <Button asChild className="mt-2 w-full">
          <Link href={withCallback('/login/email', callbackUrl)} prefetch={false}>
            {labels.emailSignInLink}
          </Link>
        </Button>
      ) : null}
      <p className="mt-4">
        <FormLink href={withCallback('/forgot-password', callbackUrl)}>{labels.forgotPassword}</FormLink>
      </p>
      <p className="text-ink-soft">
        New here? <FormLink href={withCallback('/register', callbackUrl)}>{labels.createAccount}</FormLink>
      </p>
    </>
  )
}
