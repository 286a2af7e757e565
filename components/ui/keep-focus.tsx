'use client'

import { type ReactNode, useEffect, useRef } from 'react'

/**
 * Around a list of rows (`li` or `tr`): if the row with the focus leaves, the focus moves to the row that takes its place, or to
 * the list's heading. Otherwise the browser would move it to the start of the page.
 * @param heading the id of the list's heading
 */
export function KeepFocus({ heading, children }: { heading: string; children: ReactNode }) {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const around = list.current
    if (!around) return
    const rows = () => [...around.querySelectorAll<HTMLElement>('li:not([hidden], [popover] *), tbody > tr')]
    let row: HTMLElement | undefined
    let place = 0
    const remember = ({ target }: FocusEvent) => {
      row = target instanceof Node && around.contains(target) ? rows().find((each) => each.contains(target)) : undefined
      if (row) place = rows().indexOf(row)
    }
    const observer = new MutationObserver(() => {
      if (!row || (row.isConnected && !row.hidden)) return
      row = undefined
      const next = rows()[place] ?? rows().at(-1)
      focusOn(next?.querySelector<HTMLElement>('a, button, summary') ?? document.getElementById(heading))
    })
    document.addEventListener('focusin', remember)
    observer.observe(around, { childList: true, subtree: true, attributeFilter: ['hidden'] })
    return () => {
      document.removeEventListener('focusin', remember)
      observer.disconnect()
    }
  }, [heading])
  return <div ref={list}>{children}</div>
}

function focusOn(element: HTMLElement | null) {
  if (element?.matches('h1, h2, h3')) element.tabIndex = -1
  element?.focus()
}
