import type { Metadata } from 'next'
import { FormLink } from '@/components/ui/form-link'
import { safePath, withCallback } from '@/lib/http/paths'
import * as labels from '@/lib/labels/public'
import { ForgotPasswordForm } from './form'

export const metadata: Metadata = { title: 'Forgot your password?' }

type Props = { searchParams: Promise<{ callbackUrl?: string | string[] }> }

/** Also open to signed-in users, who may have forgotten their password. */
export default async function ForgotPasswordPage({ searchParams }: Props) {
  const callbackUrl = safePath((await searchParams).callbackUrl)
  return (
    <>
      <h1 className="text-title">{labels.forgotPassword}</h1>
      <ForgotPasswordForm callbackUrl={callbackUrl} />
      <p className="mt-6 text-ink-soft">
        Remembered it? <FormLink href={withCallback('/login', callbackUrl)}>{labels.signIn}</FormLink>
      </p>
    </>
  )
}
