'use client'

import { usePathname } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { Anchor } from '@/components/ui/anchor'
import * as labels from '@/lib/labels/private'

const PAGES = [
  ['Profile', '/private/settings'],
  ['Email', '/private/settings/email'],
  ['Password', '/private/settings/password'],
  ['Security', '/private/settings/security'],
  ['Sessions', '/private/settings/sessions'],
  ['Activity', '/private/settings/activity'],
  ['Your data', '/private/settings/data'],
] as const

/** Navigation between the pages of the user's settings. On a narrow screen it scrolls sideways, to the current page. */
export function SettingsNav() {
  const path = usePathname()
  const list = useRef<HTMLUListElement>(null)
  useEffect(() => {
    const current = list.current?.querySelector<HTMLElement>(`[href="${path}"], [aria-current]`)
    if (list.current && current) list.current.scrollLeft = current.offsetLeft - (list.current.clientWidth - current.offsetWidth) / 2
  }, [path])
  return (
    <nav aria-label={labels.yourSettings} className="mb-5 border-b border-line">
      <ul
        ref={list}
        className="relative -ml-2.5 flex gap-x-1 whitespace-nowrap max-sm:-mr-4 max-lg:overflow-x-auto max-lg:[scrollbar-width:none]"
      >
        {PAGES.map(([name, href]) => (
          <li key={href}>
            <Anchor
              href={href}
              aria-current={path === href || (href !== PAGES[0][1] && path.startsWith(`${href}/`)) ? 'page' : undefined}
              className="inline-flex focus-visible:-outline-offset-2 lg:-mb-px min-h-control items-center border-b-2 border-transparent px-2.5 text-ink-soft no-underline hover:text-ink aria-[current]:border-accent aria-[current]:font-semibold aria-[current]:text-ink"
            >
              {name}
            </Anchor>
          </li>
        ))}
      </ul>
    </nav>
  )
}
