import { relativeTime } from '@/lib/relative-time'

const DAY = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeZone: 'UTC' })
const EXACT = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })

/** A relative time, with the exact time on hover. In the private shell, it ticks (components/shell/times.ts). */
export function Moment({ at }: { at: Date }) {
  return (
    <time dateTime={at.toISOString()} title={`${EXACT.format(at)} UTC`} data-relative="" suppressHydrationWarning>
      {relativeTime(at)}
    </time>
  )
}

/**
 * A date in UTC.
 * @param hasTime whether the exact time appears on hover: not for a `DATE` column, such as a due date
 */
export function Day({ at, hasTime = true }: { at: Date; hasTime?: boolean }) {
  return (
    <time dateTime={hasTime ? at.toISOString() : at.toISOString().slice(0, 10)} title={hasTime ? `${EXACT.format(at)} UTC` : undefined}>
      {DAY.format(at)}
    </time>
  )
}
