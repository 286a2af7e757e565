import Link from 'next/link'
import { BRAND } from '@/lib/brand'
import { Mark } from './arches'

/** The logo and the name, linked to the home page. */
export function Brand() {
  return (
    <Link
      href="/"
      prefetch={false}
      className="inline-flex min-h-11 items-center gap-2 rounded-control text-lead font-semibold tracking-tight text-ink no-underline"
    >
      <Mark className="size-5 text-accent" />
      {BRAND.name}
    </Link>
  )
}
