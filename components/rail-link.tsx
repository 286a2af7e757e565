'use client'

import type { Route } from 'next'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'

/** A navigation link, marked as current on its page and, unless `isExact`, on the pages below it. */
export function RailLink({
  href,
  icon,
  isExact = false,
  children,
}: {
  href: Route
  icon: ReactNode
  isExact?: boolean
  children: ReactNode
}) {
  const path = usePathname()
  const isCurrent = path === href || (!isExact && path.startsWith(`${href}/`))
  return (
    <li>
      <Link
        href={href}
        prefetch={false}
        aria-current={isCurrent ? 'page' : undefined}
        className={`flex min-h-control items-center gap-3 rounded-control px-3 no-underline transition-colors duration-150 ${isCurrent ? 'bg-surface-raised font-semibold text-ink' : 'text-ink hover:bg-surface-raised'}`}
      >
        <span className="inline-flex size-5 shrink-0 items-center justify-center text-ink-soft">{icon}</span>
        <span className="min-w-0 flex-1 truncate">{children}</span>
      </Link>
    </li>
  )
}
