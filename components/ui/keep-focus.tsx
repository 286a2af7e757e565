'use client'

import { type ReactNode, useEffect, useRef } from 'react'

/**
 * Keeps the focus in a list of rows (`li` or `tr`). If the focused row is removed, moves the focus to the row that takes its
 * place, or to the list's heading. If another focused element is removed, such as a button, moves it to the heading. The browser
 * would move it to the start of the page.
 * @param heading the id of the list's heading
 */
export function KeepFocus({ heading, children }: { heading: string; children: ReactNode }) {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const around = list.current
    if (!around) return
    const rows = () => [...around.querySelectorAll<HTMLElement>('li:not([hidden], [popover] *), tbody > tr')]
    let focused: HTMLElement | undefined // or its row
    let place = 0
    const remember = ({ target }: FocusEvent) => {
      place = rows().findIndex((each) => target instanceof Node && each.contains(target))
      focused = rows()[place] ?? (target instanceof HTMLElement && around.contains(target) ? target : undefined)
    }
    const observer = new MutationObserver(() => {
      if (!focused || (focused.isConnected && !focused.hidden)) return
      focused = undefined
      const next = place < 0 ? undefined : (rows()[place] ?? rows().at(-1))
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
