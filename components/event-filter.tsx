import type { Route } from 'next'
import Link from 'next/link'
import type { ReactNode } from 'react'
import type { AuditQuery } from '@/lib/audit/schema'
import { Button } from './ui/button'

const CONTROL = 'block min-h-control w-full min-w-0 rounded-control border border-line-strong bg-surface-raised px-3 text-body'

/** The active filters as query parameters, without the page. */
export function filtersOf({ person, kind, from, to }: AuditQuery): Record<string, string> {
  return Object.fromEntries(Object.entries({ person, kind, from, to }).filter((entry): entry is [string, string] => !!entry[1]))
}

type Props = { path: Route; filters: Record<string, string>; kinds: { kind: string; name: string }[]; withPerson?: boolean }

/** A form that filters events through the query string. */
export function EventFilter({ path, filters, kinds, withPerson = false }: Props) {
  return (
    <search>
      <form action={path} className="grid grid-cols-2 items-end gap-3 pb-6 lg:flex">
        {withPerson ? (
          <Labelled name="Person" className="col-span-2 lg:w-56">
            <input
              type="text"
              name="person"
              inputMode="email"
              autoComplete="off"
              placeholder="Email address"
              defaultValue={filters.person}
              maxLength={254}
              className={CONTROL}
            />
          </Labelled>
        ) : null}
        <Labelled name="Event" className="col-span-2 lg:w-56">
          <select name="kind" defaultValue={filters.kind ?? ''} className={CONTROL}>
            <option value="">All events</option>
            {kinds.map(({ kind, name }) => (
              <option key={kind} value={kind}>
                {name}
              </option>
            ))}
          </select>
        </Labelled>
        <Labelled name="From (UTC)">
          <input type="date" name="from" defaultValue={filters.from} className={CONTROL} />
        </Labelled>
        <Labelled name="To (UTC)">
          <input type="date" name="to" defaultValue={filters.to} className={CONTROL} />
        </Labelled>
        <div className="col-span-2 flex gap-2">
          <Button type="submit">Apply</Button>
          {Object.keys(filters).length ? (
            <Button asChild look="plain">
              <Link href={path} prefetch={false}>
                Clear
              </Link>
            </Button>
          ) : null}
        </div>
      </form>
    </search>
  )
}

function Labelled({ name, className = '', children }: { name: string; className?: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is among the children
    <label className={`block min-w-0 ${className}`}>
      <span className="block pb-1 text-small text-ink-soft">{name}</span>
      {children}
    </label>
  )
}
