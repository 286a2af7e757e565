import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { safePath, withCallback } from '@/lib/paths'
import { findUser } from '@/lib/scope'
import { LoginForm } from './form'

export const metadata: Metadata = { title: 'Sign in' }

type Props = { searchParams: Promise<{ callbackUrl?: string | string[] }> }

export default async function LoginPage({ searchParams }: Props) {
  const callbackUrl = safePath((await searchParams).callbackUrl)
  // The row is asked, not the cookie: a dead cookie would be sent to /private, and back here, for ever.
  if (await findUser()) redirect(callbackUrl)
  return (
    <>
      <h1 className="text-title">Sign in</h1>
      <p className="mt-2 text-ink-soft">Good to see you again.</p>
      <LoginForm callbackUrl={callbackUrl} />
      <p className="mt-6 text-ink-soft">
        New here?{' '}
        <Link
          href={withCallback('/register', callbackUrl)}
          prefetch={false}
          className="inline-flex min-h-11 items-center font-medium text-accent underline underline-offset-4"
        >
          Create account
        </Link>
      </p>
    </>
  )
}
