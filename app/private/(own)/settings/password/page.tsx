import type { Metadata } from 'next'
import { PageHeader } from '@/components/ui/page-header'
import { env } from '@/lib/platform/env'
import { requireUser } from '@/lib/scope'
import { PasswordForm } from './form'

export const metadata: Metadata = { title: 'Password' }

export default async function PasswordPage() {
  const { user } = await requireUser()
  return (
    <>
      <PageHeader title="Password" line="You stay signed in here. Everywhere else you are signed out, and we tell you by mail." />
      <PasswordForm email={user.email} passwordMinLength={env().PASSWORD_MIN_LENGTH} />
    </>
  )
}
