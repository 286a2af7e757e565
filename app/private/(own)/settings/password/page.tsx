import type { Metadata } from 'next'
import { PageHeader } from '@/components/ui/page-header'
import { env } from '@/lib/platform/env'
import { requireUser } from '@/lib/scope'
import { passwordContextOf } from '@/lib/users/password'
import { PasswordForm } from './form'

export const metadata: Metadata = { title: 'Password' }

export default async function PasswordPage() {
  const { user } = await requireUser()
  return (
    <>
      <PageHeader title="Password" line="Changing your password signs you out everywhere else. We’ll also notify you by email." />
      <PasswordForm email={user.email} context={await passwordContextOf(user)} passwordMinLength={env().PASSWORD_MIN_LENGTH} />
    </>
  )
}
