import { BRAND } from '@/lib/brand'
import { Mark } from './arches'

/** The logo and the name, linked to the home page. A plain link, because the error page would load next/link a second time. */
export function Brand() {
  return (
    <a
      href="/"
      className="inline-flex min-h-11 items-center gap-2 rounded-control text-lead font-semibold tracking-tight text-ink no-underline"
    >
      <Mark className="size-5 text-accent" />
      {BRAND.name}
    </a>
  )
}
