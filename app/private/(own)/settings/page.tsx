import type { Metadata } from 'next'
import { Anchor } from '@/components/ui/anchor'
import { Avatar } from '@/components/ui/avatar'
import { PageHeader } from '@/components/ui/page-header'
import * as labels from '@/lib/labels/private'
import { requireUser } from '@/lib/scope'
import { ProfileForm } from './form'

export const metadata: Metadata = { title: 'Profile' }

export default async function SettingsPage() {
  const { user } = await requireUser()
  return (
    <>
      <PageHeader title="Profile" line="How other members see you." />
      <div className="flex items-center gap-3 pb-6">
        <Avatar name={user.name ?? user.email} size="large" />
        <div className="min-w-0">
          {user.name ? <p className="font-medium">{user.name}</p> : null}
          <p className="text-ink-soft wrap-anywhere">
            {user.email}{' '}
            <Anchor
              href="/private/settings/email"
              className="inline-flex min-h-control items-center px-1 text-accent underline underline-offset-4"
            >
              {labels.changeEmail}
            </Anchor>
          </p>
        </div>
      </div>
      <ProfileForm name={user.name ?? ''} />
    </>
  )
}
