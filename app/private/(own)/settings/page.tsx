import type { Metadata } from 'next'
import { PageHeader } from '@/components/page-header'
import { requireUser } from '@/lib/scope'
import { ProfileForm } from './form'

export const metadata: Metadata = { title: 'Settings' }

export default async function SettingsPage() {
  const { user } = await requireUser()
  return (
    <>
      <PageHeader title="Settings" line="How you appear to the people you share accounts with." />
      <dl className="max-w-[400px] pb-6">
        <dt className="font-medium">Email</dt>
        <dd className="pt-1 text-ink-soft">{user.email}</dd>
      </dl>
      <ProfileForm name={user.name ?? ''} />
    </>
  )
}
