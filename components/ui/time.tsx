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

/** A date in UTC, with the exact time on hover. */
export function Day({ at }: { at: Date }) {
  return (
    <time dateTime={at.toISOString()} title={`${EXACT.format(at)} UTC`}>
      {DAY.format(at)}
    </time>
  )
}
