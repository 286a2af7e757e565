import { expect, test } from 'vitest'
import { relativeTime } from '@/lib/relative-time'

const NOW = Date.UTC(2026, 10, 29, 12)
const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000]

test.each([
  [0, 'just now'],
  [-59_000, 'just now'],
  [2_000, 'just now'], // the database's clock can be ahead of the server's
  [-90_000, '1 minute ago'],
  [-59 * MINUTE, '59 minutes ago'],
  [-(2 * HOUR - 1), '1 hour ago'],
  [-DAY, '1 day ago'],
  [-47 * HOUR, '1 day ago'], // not "yesterday": it can be the day before
  [-29 * DAY, '29 days ago'],
  [-45 * DAY, '1 month ago'],
  [-800 * DAY, '2 years ago'],
  [30_000, 'in 1 minute'],
  [60 * MINUTE - 1, 'in 1 hour'],
  [7 * DAY, 'in 7 days'],
  [7 * DAY - 1_000, 'in 7 days'], // a period of seven days, one second after it began
  [6 * DAY + 1_000, 'in 7 days'],
  [6 * DAY, 'in 6 days'],
])('%i ms from now is "%s"', (ms, text) => {
  expect(relativeTime(new Date(NOW + ms), NOW)).toBe(text)
})
