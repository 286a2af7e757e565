import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { ExportButton } from '@/components/export-button'
import { PageHeader } from '@/components/ui/page-header'
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
      <Part id="download" title="Download">
        <p className="max-w-[65ch] pb-4 text-ink-soft">
          A JSON file with your profile, sessions, memberships, pending invitations, and activity.
        </p>
        <ExportButton
          isReady={scope.session.hasRecentAuth}
          href="/private/settings/data/export"
          label="Download as JSON"
          prepare={prepareDownloadAction}
          prepareLabel="Get my data"
        />
      </Part>
      <Part id="delete" title="Delete profile">
        {plan.blocking.length ? (
          <BlockingAccounts accounts={plan.blocking} />
        ) : (
          <>
            <DeletionSummary plan={plan} retentionDays={env().AUDIT_RETENTION_DAYS} />
            <DeleteForm email={scope.user.email} />
          </>
        )}
      </Part>
    </>
  )
}

function Part({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section aria-labelledby={id} className="mt-4 border-t border-line pt-6 pb-6 first-of-type:mt-0">
      <h2 id={id} className="pb-1 text-heading">
        {title}
      </h2>
      {children}
    </section>
  )
}
