import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { EmptyState } from '@/components/empty-state'
import { adviceFor, EventFilter, filtersOf, foundText } from '@/components/event-filter'
import { EventTable } from '@/components/event-table'
import { ExportButton } from '@/components/export-button'
import { listFor } from '@/components/list-for'
import { PageHeader } from '@/components/ui/page-header'
import { sectionPath } from '@/lib/accounts/paths'
import { kindsIn } from '@/lib/audit/kinds'
import { listEvents } from '@/lib/audit/list'
import { auditQuerySchema } from '@/lib/audit/schema'
import { withQuery } from '@/lib/http/paths'
import * as labels from '@/lib/labels/private'
import { requireScope } from '@/lib/scope'
import { prepareAuditExportAction } from './actions'

const { Paging } = listFor<typeof auditQuerySchema>()

export const metadata: Metadata = { title: 'Audit log' }

type Props = { params: Promise<{ slug: string }>; searchParams: Promise<Record<string, string | string[]>> }

export default async function AuditPage({ params, searchParams }: Props) {
  const scope = await requireScope((await params).slug, 'audit.list')
  const query = auditQuerySchema.parse(await searchParams)
  const { events, next } = (await listEvents(scope, query)) ?? notFound()
  const path = sectionPath(scope.account.slug, 'audit')
  const filters = filtersOf(query)
  return (
    <>
      <PageHeader
        title="Audit log"
        line={`Who did what in ${scope.account.name}, when, and from where.`}
        action={
          <ExportButton
            isReady={scope.session.hasRecentAuth}
            href={withQuery(sectionPath(scope.account.slug, 'audit/export'), filters)}
            label={labels.exportAsCsv}
            prepare={prepareAuditExportAction.bind(null, scope.account.slug)}
          />
        }
      />
      <EventFilter path={path} filters={filters} kinds={kindsIn('account')} found={foundText(events.length, next)} withPerson />
      {events.length ? (
        <EventTable events={events} path={path} filters={filters} withPerson />
      ) : (
        <EmptyState title={query.after ? 'No more events' : labels.noEventsMatch}>{adviceFor(query)}</EmptyState>
      )}
      <Paging path={path} kept={filters} next={next} isFirst={!query.after} />
    </>
  )
}
