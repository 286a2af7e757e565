import type { Metadata } from 'next'
import { EmptyState } from '@/components/empty-state'
import { adviceFor, EventFilter, filtersOf, foundText } from '@/components/event-filter'
import { EventTable } from '@/components/event-table'
import { listFor } from '@/components/list-for'
import { PageHeader } from '@/components/ui/page-header'
import { kindsIn } from '@/lib/audit/kinds'
import { listOwnEvents } from '@/lib/audit/list'
import { auditQuerySchema } from '@/lib/audit/schema'
import * as labels from '@/lib/labels/private'
import { requireUser } from '@/lib/scope'

const { Paging } = listFor<typeof auditQuerySchema>()

export const metadata: Metadata = { title: 'Activity' }

const PATH = '/private/settings/activity'

type Props = { searchParams: Promise<Record<string, string | string[]>> }

export default async function ActivityPage({ searchParams }: Props) {
  const scope = await requireUser()
  const query = { ...auditQuerySchema.parse(await searchParams), person: undefined }
  const { events, next } = await listOwnEvents(scope, query)
  const filters = filtersOf(query)
  return (
    <>
      <PageHeader title="Activity" line="Your sign-ins and changes. If you don’t recognize something, change your password." />
      <EventFilter path={PATH} filters={filters} kinds={kindsIn('user')} found={foundText(events.length, next)} />
      {events.length ? (
        <EventTable events={events} path={PATH} filters={filters} />
      ) : (
        <EmptyState title={query.after ? 'No more events' : labels.noEventsMatch}>{adviceFor(query)}</EmptyState>
      )}
      <Paging path={PATH} kept={filters} next={next} isFirst={!query.after} />
    </>
  )
}
