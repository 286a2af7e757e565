'use client'

import { Anchor } from '@/components/ui/anchor'
import { BRAND } from '@/lib/brand'
import { Mark } from './arches'

/**
 * The logo and the name, linked to the home page. A plain link, because the error page would load next/link a second time. A
 * client component, so that a page's payload has its name and not its markup.
 */
export function Brand() {
  return (
    <Anchor href="/" className="brand">
      <Mark className="size-5 text-accent" />
      {BRAND.name}
    </Anchor>
  )
}
