import { Avatar } from '@/components/ui/avatar'
import { Moment } from '@/components/ui/time'
import type { ActivityEvent } from '@/lib/audit/activity'
import { sentenceOf } from '@/lib/audit/kinds'
import { UNCONFIRMED_USER } from '@/lib/people'

const DAY = new Intl.DateTimeFormat('en', { weekday: 'long', month: 'long', day: 'numeric', timeZone: 'UTC' })

/** Events as sentences with their actors, grouped by days in UTC, the newest first. */
export function ActivityFeed({ events }: { events: ActivityEvent[] }) {
  return groupByDay(events).map(([day, eventsOfDay]) => (
    <section key={day} aria-labelledby={`day-${day}`} className="pb-3">
      <h3 id={`day-${day}`} className="pb-1 text-meta text-ink-soft">
        {DAY.format(new Date(day))}
      </h3>
      <ul className="feed">
        {eventsOfDay.map((event, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a key is in the payload, and no one needs the ids of events
          <li key={index} className="list-line">
            <Avatar name={actorOf(event)} />
            <span className="flex-1">
              <b>{actorOf(event)}</b> {startLower(sentenceOf(event))}
            </span>
            <Moment at={event.at} />
          </li>
        ))}
      </ul>
    </section>
  ))
}

function groupByDay(events: ActivityEvent[]): [day: string, events: ActivityEvent[]][] {
  const days = new Map<string, ActivityEvent[]>()
  for (const event of events) {
    const day = event.at.toISOString().slice(0, 10)
    days.set(day, [...(days.get(day) ?? []), event])
  }
  return [...days]
}

function actorOf({ actorId, name, email, isMember }: ActivityEvent): string {
  if (!actorId) return 'Someone'
  return name ?? email ?? (isMember ? UNCONFIRMED_USER : 'A former member')
}

function startLower(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1)
}
