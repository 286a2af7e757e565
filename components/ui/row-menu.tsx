'use client'

import type { Route } from 'next'
import { type MouseEvent, type ReactNode, useState } from 'react'
import { flushSync } from 'react-dom'
import { Anchor } from '@/components/ui/anchor'
import { Menu } from './menu'

/**
 * The {@link Menu} of a row in a long list. Its items are rendered when it is first used, so that fifty rows cost fifty links.
 * Without JavaScript, the link leads to a page that offers the same.
 * @param href that page
 * @param children returns the items
 */
export function RowMenu({ of, label, href, children }: { of: string; label: string; href: Route; children: () => ReactNode }) {
  const [isUsed, setUsed] = useState(false)
  if (isUsed) {
    return (
      <Menu of={of} label={label}>
        {children()}
      </Menu>
    )
  }
  function open(event: MouseEvent<HTMLElement>) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return // opens a tab
    event.preventDefault()
    const cell = event.currentTarget.parentElement
    flushSync(() => setUsed(true))
    const button = cell?.querySelector<HTMLButtonElement>('[popovertarget]')
    button?.focus()
    button?.click()
  }
  return (
    <Anchor
      role="button"
      href={href}
      aria-label={label}
      data-menu=""
      className="menu-dots"
      onClick={open}
      onKeyDown={(event) => {
        if (event.key !== ' ' && event.key !== 'ArrowDown') return
        event.preventDefault()
        event.currentTarget.click()
      }}
    />
  )
}
