import type { Route } from 'next'
import Link from 'next/link'
import { Moment } from '@/components/ui/time'
import { sentenceOf } from '@/lib/audit/kinds'
import type { ShownEvent } from '@/lib/audit/list'
import { withQuery } from '@/lib/http/paths'
import { deviceName } from '@/lib/sessions/device-name'

type Props = { events: ShownEvent[]; path: Route; filters: Record<string, string>; withPerson?: boolean }

/** A table of events, stacked on small screens. Each person links to that person's events. */
export function EventTable({ events, path, filters, withPerson = false }: Props) {
  return (
    <table className="w-full border-y border-line max-lg:block">
      <thead className="text-left text-small text-ink-soft max-lg:sr-only">
        <tr className="h-row border-b border-line">
          {withPerson ? <th className="w-[26%] pr-2 font-medium">Person</th> : null}
          <th className="pr-2 font-medium">Event</th>
          <th className="w-[24%] px-2 font-medium">Source</th>
          <th className="w-[16%] pl-2 text-right font-medium">Time</th>
        </tr>
      </thead>
      <tbody className="max-lg:block">
        {events.map((event) => (
          <tr key={event.id} className="h-row border-t border-line align-top first:border-t-0 max-lg:block max-lg:h-auto max-lg:py-3">
            {withPerson ? (
              <td className="min-w-0 py-2.5 pr-2 max-lg:block max-lg:py-0">
                <Who event={event} path={path} filters={filters} />
              </td>
            ) : null}
            <td className="py-2.5 pr-2 wrap-anywhere max-lg:block max-lg:py-0">{sentenceOf(event)}</td>
            <td className="px-2 py-3 text-small text-ink-soft max-lg:block max-lg:px-0 max-lg:py-0" title={event.userAgent ?? undefined}>
              {[event.ip, event.userAgent && deviceName(event.userAgent)].filter(Boolean).join(' · ')}
            </td>
            <td className="py-3 pl-2 text-right text-small text-ink-soft tabular-nums max-lg:block max-lg:p-0 max-lg:text-left">
              <Moment at={event.at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Who({ event: { actorId, email, name, isMember }, path, filters }: Pick<Props, 'path' | 'filters'> & { event: ShownEvent }) {
  if (!actorId) return <span className="text-ink-soft">Not signed in</span>
  return (
    <>
      <Link
        href={withQuery(path, { ...filters, person: isMember && email ? email : actorId })}
        prefetch={false}
        className="font-medium wrap-anywhere no-underline hover:underline"
      >
        {name ?? email ?? (isMember ? 'Unconfirmed email' : 'Former member')}
      </Link>
      {name ? <span className="block text-small text-ink-soft wrap-anywhere">{email}</span> : null}
      {email && !isMember ? <span className="block text-small text-ink-soft">Former member</span> : null}
    </>
  )
}
