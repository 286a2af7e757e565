import type { Metadata } from 'next'
import { EventFilter, filtersOf } from '@/components/event-filter'
import { EventTable } from '@/components/event-table'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { Paging } from '@/components/ui/paging'
import { kindsIn } from '@/lib/audit/kinds'
import { listOwnEvents } from '@/lib/audit/list'
import { auditQuerySchema } from '@/lib/audit/schema'
import { requireUser } from '@/lib/scope'

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
      <PageHeader
        title="Activity"
        line="Where you signed in, and what was changed. If something here was not you, choose a new password."
      />
      <EventFilter path={PATH} filters={filters} kinds={kindsIn('person')} />
      {events.length ? (
        <EventTable events={events} path={PATH} filters={filters} />
      ) : (
        <EmptyState title={query.after ? 'Nothing more' : 'Nothing found'}>
          {query.after ? 'The list ends before this page.' : 'Nothing that was written down fits these filters. Take one away to see more.'}
        </EmptyState>
      )}
      <Paging path={PATH} kept={filters} next={next} isFirst={!query.after} />
    </>
  )
}
