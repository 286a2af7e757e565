const UNITS = [
  ['year', 365 * 24 * 3600],
  ['month', 30 * 24 * 3600],
  ['day', 24 * 3600],
  ['hour', 3600],
  ['minute', 60],
] as const

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const DAY = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeZone: 'UTC' })
const EXACT = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })

/** A relative time, with the exact time on hover and for screen readers. */
export function Moment({ at }: { at: Date }) {
  const exact = `${EXACT.format(at)} UTC`
  return (
    <time dateTime={at.toISOString()} title={exact}>
      <span aria-hidden="true">{relative(at)}</span>
      <span className="sr-only">{exact}</span>
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

function relative(at: Date): string {
  const seconds = (at.getTime() - Date.now()) / 1000
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return RELATIVE.format(Math.trunc(seconds / size), unit)
  }
  return 'just now'
}
