import type { Route } from 'next'
import { Anchor } from '@/components/ui/anchor'
import { Avatar } from '@/components/ui/avatar'
import { DataTable } from '@/components/ui/data-table'
import { Moment } from '@/components/ui/time'
import { sentenceOf } from '@/lib/audit/kinds'
import type { ShownEvent } from '@/lib/audit/list'
import { withQuery } from '@/lib/http/paths'
import { FORMER_MEMBER } from '@/lib/people'
import { deviceName } from '@/lib/sessions/device-name'
import type { AuditFilters } from './event-filter'

type Props = { events: ShownEvent[]; path: Route; filters: AuditFilters; withPerson?: boolean }

/** A table of events. Each person links to that person's events. */
export function EventTable({ events, path, filters, withPerson = false }: Props) {
  const person = { title: 'Person', cell: (event: ShownEvent) => <Who event={event} path={path} filters={filters} /> }
  return (
    <DataTable
      rows={events}
      keyOf={({ id }) => id}
      columns={[
        ...(withPerson ? [person] : []),
        { title: 'Event', cell: sentenceOf },
        { title: 'Source', cell: ({ ip, userAgent }) => <Source ip={ip} userAgent={userAgent} /> },
        { title: 'Time', isRight: true, cell: ({ at }) => <Moment at={at} /> },
      ]}
    />
  )
}

function Source({ ip, userAgent }: Pick<ShownEvent, 'ip' | 'userAgent'>) {
  return (
    <small title={userAgent ?? undefined} className="text-ink-soft">
      {[ip, userAgent && deviceName(userAgent)].filter(Boolean).join(' · ')}
    </small>
  )
}

function Who({ event: { actorId, email, name, isMember }, path, filters }: Pick<Props, 'path' | 'filters'> & { event: ShownEvent }) {
  if (!actorId) return <span className="text-ink-soft">Not signed in</span>
  const shown = name ?? email ?? (isMember ? 'Unconfirmed email' : FORMER_MEMBER)
  return (
    <span className="list-line">
      <Avatar name={shown} />
      <Anchor
        href={withQuery(path, { ...filters, person: isMember && email ? email : actorId })}
        title={name ? (email ?? undefined) : undefined}
        className="no-underline hover:underline"
      >
        <b>{shown}</b>
        {email && !isMember ? <small>{FORMER_MEMBER}</small> : null}
      </Anchor>
    </span>
  )
}
