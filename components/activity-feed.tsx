'use client'

import { Avatar } from '@/components/ui/avatar'
import { Moment } from '@/components/ui/time'
import type { ClientView } from '@/lib/client-view'

const DAY = new Intl.DateTimeFormat('en', { weekday: 'long', month: 'long', day: 'numeric', timeZone: 'UTC' })

/** What someone did. `text` follows the actor's name. A client component gets it, so that the payload has no markup of events. */
export type EventView = ClientView<{ actor: string; text: string; at: Date }>

/** Events as sentences with their actors, grouped by day in UTC, newest first. */
export function ActivityFeed({ events }: { events: EventView[] }) {
  return groupByDay(events).map(([day, eventsOfDay]) => (
    <section key={day} aria-labelledby={`day-${day}`} className="pb-3">
      <h3 id={`day-${day}`} className="pb-1 text-meta text-ink-soft">
        {DAY.format(new Date(day))}
      </h3>
      <ul className="feed">
        {eventsOfDay.map(({ actor, text, at }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a key is in the payload, and no one needs the ids of events
          <li key={index} className="list-line">
            <Avatar name={actor} />
            <span className="flex-1">
              <b>{actor}</b> {text}
            </span>
            <Moment at={at} />
          </li>
        ))}
      </ul>
    </section>
  ))
}

function groupByDay(events: EventView[]): [day: string, events: EventView[]][] {
  const days = new Map<string, EventView[]>()
  for (const event of events) {
    const day = event.at.toISOString().slice(0, 10)
    days.set(day, [...(days.get(day) ?? []), event])
  }
  return [...days]
}
