import type { Metadata } from 'next'
import { FormLink } from '@/components/ui/form-link'
import { safePath, withCallback } from '@/lib/http/paths'
import { redirect } from '@/lib/http/redirect'
import * as labels from '@/lib/labels/public'
import { env } from '@/lib/platform/env'
import { findUser } from '@/lib/scope'
import { RegisterForm } from './form'

export const metadata: Metadata = { title: 'Create account' }

type Props = { searchParams: Promise<{ callbackUrl?: string | string[] }> }

export default async function RegisterPage({ searchParams }: Props) {
  if (await findUser()) redirect('/private')
  const callbackUrl = safePath((await searchParams).callbackUrl)
  if (env().SIGN_UP === 'invite') return <ByInvitation callbackUrl={callbackUrl} />
  return (
    <>
      <h1 className="text-title">Create your account</h1>
      <p className="mt-2 text-ink-soft">Set up your team in under a minute.</p>
      <RegisterForm callbackUrl={callbackUrl} passwordMinLength={env().PASSWORD_MIN_LENGTH} />
      <p className="mt-6 text-ink-soft">
        Already registered? <FormLink href={withCallback('/login', callbackUrl)}>{labels.signIn}</FormLink>
      </p>
    </>
  )
}

function ByInvitation({ callbackUrl }: { callbackUrl: string }) {
  return (
    <>
      <h1 className="text-title">{labels.needInvitation}</h1>
      <p className="mt-2 text-ink-soft">Sign-up is by invitation only. Ask a member of the account you want to join to invite you.</p>
      <p className="mt-6 text-ink-soft">
        Already registered? <FormLink href={withCallback('/login', callbackUrl)}>{labels.signIn}</FormLink>
      </p>
    </>
  )
}
