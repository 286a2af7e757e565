import { relativeTime } from '@/lib/relative-time'

const TICK_MS = 30_000

/** Keeps relative times current: every `<time data-relative>` of the page. */
export function keepTimesCurrent(signal: AbortSignal): void {
  const timer = setInterval(() => {
    for (const time of document.querySelectorAll<HTMLTimeElement>('time[data-relative]')) {
      const text = relativeTime(new Date(time.dateTime))
      if (time.textContent !== text) time.textContent = text
    }
  }, TICK_MS)
  signal.addEventListener('abort', () => clearInterval(timer))
}
