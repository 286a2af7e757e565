import type { Metadata } from 'next'
import { ExportButton } from '@/components/export-button'
import { Button } from '@/components/ui/button'
import { Link } from '@/components/ui/link'
import { PageHeader } from '@/components/ui/page-header'
import { Section } from '@/components/ui/section'
import { sectionPath } from '@/lib/accounts/paths'
import { RESTORABLE_DAYS } from '@/lib/accounts/schema'
import * as labels from '@/lib/labels/private'
import { env } from '@/lib/platform/env'
import { can } from '@/lib/policy'
import { requireScope } from '@/lib/scope'
import { prepareExportAction } from './actions'
import { DeleteForm } from './delete-form'
import { RenameForm } from './rename-form'

type Props = { params: Promise<{ slug: string }> }

export const metadata: Metadata = { title: 'Settings' }

export default async function AccountSettingsPage({ params }: Props) {
  const scope = await requireScope((await params).slug, 'account.rename')
  const { name, slug } = scope.account
  return (
    <>
      <PageHeader title="Settings" line="Manage this account’s name and data." />
      <RenameForm slug={slug} accountName={name} />
      {can(scope, 'account.change-policy') ? (
        <Section id="security" title="Security policy">
          <p className="max-w-[65ch] pb-4 text-ink-soft">
            Require a second factor, limit sessions, and choose which networks and email domains may be used.
          </p>
          <Button asChild>
            <Link href={sectionPath(slug, 'settings/security')} prefetch={false}>
              Manage security policy
            </Link>
          </Button>
        </Section>
      ) : null}
      <Section id="export" title="Export">
        <p className="max-w-[65ch] pb-4 text-ink-soft">
          All of this account’s data in one JSON file: members, invitations, projects, and audit log. Large accounts take a while.
        </p>
        <ExportButton
          isReady={scope.session.hasRecentAuth}
          href={sectionPath(slug, 'settings/export')}
          label={labels.exportAsJson}
          prepare={prepareExportAction.bind(null, slug)}
        />
      </Section>
      {can(scope, 'account.delete') ? (
        <Section id="delete" title="Delete this account">
          <p className="max-w-[65ch] pb-6 text-ink-soft">
            All members lose access immediately. For {RESTORABLE_DAYS} days, an owner can restore the account from Home. After that, it’s
            permanently erased, along with its projects and invitations. Its audit log is kept for another {env().AUDIT_RETENTION_DAYS}{' '}
            days, where only the operator of this service can read it.
          </p>
          <DeleteForm slug={slug} accountName={name} />
        </Section>
      ) : null}
    </>
  )
}
