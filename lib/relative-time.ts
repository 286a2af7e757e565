// Safe for the browser.

const MINUTE = 60
/** Each unit, its length in seconds, and how many of it the next unit has. */
const UNITS = [
  ['minute', MINUTE, 60],
  ['hour', 60 * MINUTE, 24],
  ['day', 24 * 60 * MINUTE, 30],
  ['month', 30 * 24 * 60 * MINUTE, 12],
  ['year', 365 * 24 * 60 * MINUTE, Number.POSITIVE_INFINITY],
] as const
const CLOCK_DIFFERENCE_S = 5 // between the database and the browser

// Always a number: "yesterday" and "last month" name a day and a month, and 47 hours ago can be the day before.
const FORMAT = new Intl.RelativeTimeFormat('en', { numeric: 'always' })

/** Returns a time relative to now. The future rounds up: what expires seven days after it was made expires "in 7 days". */
export function relativeTime(at: Date, now = Date.now()): string {
  const seconds = (at.getTime() - now) / 1000
  const isFuture = seconds > CLOCK_DIFFERENCE_S
  for (const [unit, size, max] of UNITS) {
    const count = isFuture ? Math.ceil(seconds / size) : Math.floor(-seconds / size)
    if (count < 1) return 'just now'
    if (count < max) return FORMAT.format(isFuture ? count : -count, unit)
  }
  return ''
}
