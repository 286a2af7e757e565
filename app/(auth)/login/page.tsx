import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { FormLink } from '@/components/ui/form-link'
import { safePath, withCallback } from '@/lib/http/paths'
import { findUser } from '@/lib/scope'
import { LoginForm } from './form'

export const metadata: Metadata = { title: 'Sign in' }

type Props = { searchParams: Promise<{ callbackUrl?: string | string[] }> }

export default async function LoginPage({ searchParams }: Props) {
  const callbackUrl = safePath((await searchParams).callbackUrl)
  // Checks the session row, not the cookie: a dead cookie would redirect between here and /private forever.
  if (await findUser()) redirect(callbackUrl)
  return (
    <>
      <h1 className="text-title">Sign in</h1>
      <p className="mt-2 text-ink-soft">Welcome back.</p>
      <LoginForm callbackUrl={callbackUrl} />
      <p className="mt-4">
        <FormLink href={withCallback('/forgot-password', callbackUrl)}>Forgot your password?</FormLink>
      </p>
      <p className="text-ink-soft">
        New here? <FormLink href={withCallback('/register', callbackUrl)}>Create account</FormLink>
      </p>
    </>
  )
}
