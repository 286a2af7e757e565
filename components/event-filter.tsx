import type { ReactNode } from 'react'
import { Anchor } from '@/components/ui/anchor'
import { type AuditQuery, type auditQuerySchema, isPerson } from '@/lib/audit/schema'
import { namesOf, type QueryOf } from '@/lib/form'
import type { Route } from '@/lib/http/paths'
import * as labels from '@/lib/labels/private'
import { Button } from './ui/button'
import { LiveForm } from './ui/live-form'

const nameOf = namesOf<typeof auditQuerySchema>()

/** The query parameters of an audit trail. */
export type AuditFilters = QueryOf<typeof auditQuerySchema>

/** The active filters as query parameters, without the page. */
export function filtersOf({ person, kind, from, to }: AuditQuery): AuditFilters {
  return Object.fromEntries(Object.entries({ person, kind, from, to } satisfies AuditFilters).filter(([, value]) => value))
}

/** Says what to do about a list without events. */
export function adviceFor({ person, from, to, after }: AuditQuery): string {
  if (after) return 'This is the end of the list.'
  if (person && !isPerson(person)) return 'To filter by person, enter their full email address.'
  if (from && to && from > to) return 'The first date is after the last one.'
  return 'Remove a filter to see more.'
}

/** Says how many events a page has. @param next the cursor of the next page, if there is one */
export function foundText(count: number, next: string | undefined): string {
  return `${count}${next ? ' or more' : ''} ${count === 1 ? 'event' : 'events'} found`
}

type Props = {
  path: Route
  filters: AuditFilters
  kinds: { kind: string; name: string }[]
  withPerson?: boolean
  /** how many events the list has now, for screen readers */
  found: string
}

/** A form that filters events through the query string. Without JavaScript, its button sends it. */
export function EventFilter({ path, filters, kinds, withPerson = false, found }: Props) {
  return (
    <search>
      <LiveForm path={path} found={found} className="grid grid-cols-[1fr_1fr_auto] items-end gap-2 pb-3 lg:flex lg:items-center">
        {withPerson ? (
          <Labelled name={labels.person} isClear className="lg:w-56">
            <input
              type="text"
              name={nameOf('person')}
              inputMode="email"
              autoComplete="off"
              placeholder="Person’s email"
              defaultValue={filters.person}
              maxLength={254}
              className="filter-control"
            />
          </Labelled>
        ) : null}
        <Labelled name={labels.event} isClear className={withPerson ? 'lg:w-48' : 'col-span-2 lg:w-48'}>
          <select name={nameOf('kind')} defaultValue={filters.kind ?? ''} className="filter-control">
            <option value="">All events</option>
            {kinds.map(({ kind, name }) => (
              <option key={kind} value={kind}>
                {name}
              </option>
            ))}
          </select>
        </Labelled>
        <Labelled name={labels.fromUtc} className="col-start-1 lg:flex lg:items-center lg:gap-2">
          <input type="date" name={nameOf('from')} defaultValue={filters.from} className="filter-control" />
        </Labelled>
        <Labelled name={labels.toUtc} className="col-start-2 lg:flex lg:items-center lg:gap-2">
          <input type="date" name={nameOf('to')} defaultValue={filters.to} className="filter-control" />
        </Labelled>
        <Button type="submit" className="unscripted col-start-3 row-start-1">
          {labels.apply}
        </Button>
        {Object.keys(filters).length ? (
          <Button asChild look="plain" className="col-start-3 row-start-2 max-sm:px-2 max-sm:text-small">
            <Anchor href={path}>{labels.clear}</Anchor>
          </Button>
        ) : null}
      </LiveForm>
    </search>
  )
}

type LabelledProps = { name: string; isClear?: boolean; className?: string; children: ReactNode }

/** A control with its label. @param isClear whether the control also says what it is for, so that a wide screen can hide the label */
function Labelled({ name, isClear = false, className = '', children }: LabelledProps) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is among the children
    <label className={`block min-w-0 ${className}`}>
      <span className={`block pb-0.5 text-meta text-ink-soft ${isClear ? 'lg:sr-only' : 'lg:pb-0 lg:whitespace-nowrap'}`}>{name}</span>
      {children}
    </label>
  )
}
