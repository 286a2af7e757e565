import type { Metadata } from 'next'
import Link from 'next/link'
import { PageHeader } from '@/components/ui/page-header'
import { requireUser } from '@/lib/scope'
import { ProfileForm } from './form'

export const metadata: Metadata = { title: 'Settings' }

export default async function SettingsPage() {
  const { user } = await requireUser()
  return (
    <>
      <PageHeader title="Settings" line="How other members see you." />
      <dl className="max-w-[400px] pb-6">
        <dt className="font-medium">Email</dt>
        <dd className="pt-1 text-ink-soft wrap-anywhere">
          {user.email}{' '}
          <Link href="/private/settings/email" prefetch={false} className="inline-flex min-h-11 items-center px-1">
            Change email
          </Link>
        </dd>
      </dl>
      <ProfileForm name={user.name ?? ''} />
    </>
  )
}
