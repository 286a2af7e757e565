import type { Metadata } from 'next'
import { ExportButton } from '@/components/export-button'
import { PageHeader } from '@/components/ui/page-header'
import { Section } from '@/components/ui/section'
import * as labels from '@/lib/labels/private'
import { env } from '@/lib/platform/env'
import { requireUser } from '@/lib/scope'
import { planDeletion } from '@/lib/users/deletion'
import { prepareDownloadAction } from './actions'
import { DeleteForm } from './forms'
import { BlockingAccounts, DeletionSummary } from './plan'

export const metadata: Metadata = { title: 'Your data' }

export default async function DataPage() {
  const scope = await requireUser()
  const plan = await planDeletion(scope)
  return (
    <>
      <PageHeader title="Your data" line="Download your data or delete your profile." />
      <Section id="download" title="Download">
        <p className="max-w-[65ch] pb-4 text-ink-soft">
          A JSON file with your profile, sessions, memberships, pending invitations, and activity.
        </p>
        <ExportButton
          isReady={scope.session.hasRecentAuth}
          href="/private/settings/data/export"
          label={labels.downloadAsJson}
          prepare={prepareDownloadAction}
          prepareLabel={labels.getMyData}
        />
      </Section>
      <Section id="delete" title={labels.deleteProfile}>
        {plan.blocking.length ? (
          <BlockingAccounts accounts={plan.blocking} />
        ) : (
          <>
            <DeletionSummary plan={plan} retentionDays={env().AUDIT_RETENTION_DAYS} />
            <DeleteForm email={scope.user.email} />
          </>
        )}
      </Section>
    </>
  )
}
