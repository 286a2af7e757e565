import Link from 'next/link'
import { deviceName } from '@/lib/audit/device'
import { tell } from '@/lib/audit/kinds'
import type { ShownEvent } from '@/lib/audit/list'
import { Moment } from './moment'

type Props = { events: ShownEvent[]; path: string; filters: Record<string, string>; withPerson?: boolean }

/** What happened, a row each; on a phone the rows are stacked. Each person leads to what else they did. */
export function EventTable({ events, path, filters, withPerson = false }: Props) {
  return (
    <table className="w-full border-y border-line max-md:block">
      <thead className="text-left text-small text-ink-soft max-md:sr-only">
        <tr className="h-11 border-b border-line">
          {withPerson ? <th className="w-[26%] pr-2 font-medium">Who</th> : null}
          <th className="pr-2 font-medium">What</th>
          <th className="w-[24%] px-2 font-medium">From where</th>
          <th className="w-[16%] pl-2 text-right font-medium">When</th>
        </tr>
      </thead>
      <tbody className="max-md:block">
        {events.map((event) => (
          <tr key={event.id} className="h-11 border-t border-line align-top first:border-t-0 max-md:block max-md:h-auto max-md:py-3">
            {withPerson ? (
              <td className="min-w-0 py-2.5 pr-2 max-md:block max-md:py-0">
                <Who event={event} path={path} filters={filters} />
              </td>
            ) : null}
            <td className="py-2.5 pr-2 wrap-anywhere max-md:block max-md:py-0">{tell(event)}</td>
            <td className="px-2 py-2.5 text-small text-ink-soft max-md:block max-md:px-0 max-md:py-0" title={event.userAgent ?? undefined}>
              {[event.ip, deviceName(event.userAgent)].filter(Boolean).join(' · ')}
            </td>
            <td className="py-2.5 pl-2 text-right text-small text-ink-soft tabular-nums max-md:block max-md:p-0 max-md:text-left">
              <Moment at={event.at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Who({ event: { actorId, email, name, isMember }, path, filters }: Pick<Props, 'path' | 'filters'> & { event: ShownEvent }) {
  if (!actorId) return <span className="text-ink-soft">Nobody who was signed in</span>
  const address = `${path}?${new URLSearchParams({ ...filters, person: email ?? actorId })}`
  return (
    <>
      <Link href={address} prefetch={false} className="font-medium wrap-anywhere no-underline hover:underline">
        {name ?? email ?? 'Someone who was deleted'}
      </Link>
      {name ? <span className="block text-small text-ink-soft wrap-anywhere">{email}</span> : null}
      {email && !isMember ? <span className="block text-small text-ink-soft">has left</span> : null}
    </>
  )
}
