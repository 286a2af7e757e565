import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { env } from '@/lib/env'
import { safePath, withCallback } from '@/lib/paths'
import { findUser } from '@/lib/scope'
import { RegisterForm } from './form'

export const metadata: Metadata = { title: 'Create account' }

type Props = { searchParams: Promise<{ callbackUrl?: string | string[] }> }

export default async function RegisterPage({ searchParams }: Props) {
  if (await findUser()) redirect('/private')
  const callbackUrl = safePath((await searchParams).callbackUrl)
  return (
    <>
      <h1 className="text-title">Create your account</h1>
      <p className="mt-2 text-ink-soft">You and the account you will own, in one step.</p>
      <RegisterForm callbackUrl={callbackUrl} passwordMinLength={env().PASSWORD_MIN_LENGTH} />
      <p className="mt-6 text-ink-soft">
        Have one already?{' '}
        <Link
          href={withCallback('/login', callbackUrl)}
          prefetch={false}
          className="inline-flex min-h-11 items-center font-medium text-accent underline underline-offset-4"
        >
          Sign in
        </Link>
      </p>
    </>
  )
}
