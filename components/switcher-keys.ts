import type { KeyboardEvent } from 'react'

/**
 * Keyboard navigation for a `<details>` element with a filter and links: arrows, Home and End move between them, Enter
 * in the filter opens the first link, typing moves to the filter, and Escape closes.
 */
export function moveByKey(event: KeyboardEvent<HTMLDetailsElement>): void {
  const details = event.currentTarget
  const act = event.ctrlKey || event.metaKey || event.altKey || event.nativeEvent.isComposing ? undefined : KEYS[event.key]
  if (act) {
    if (act(details, event.target as HTMLElement)) event.preventDefault()
  } else if (event.key.length === 1 && event.key !== ' ' && event.target instanceof HTMLAnchorElement) {
    filterOf(details)?.focus() // the key is then typed into the filter
  }
}

/**
 * Closes a `<details>` element when the user clicks or focuses something outside it.
 * @returns a function that removes the listeners
 */
export function closeOn(details: HTMLDetailsElement): () => void {
  const close = ({ target }: Event) => {
    if (target instanceof Node && !details.contains(target)) details.open = false
  }
  document.addEventListener('pointerdown', close)
  document.addEventListener('focusin', close)
  return () => {
    document.removeEventListener('pointerdown', close)
    document.removeEventListener('focusin', close)
  }
}

/** @returns whether the key was handled, so that the browser must not handle it too */
type KeyAct = (details: HTMLDetailsElement, from: HTMLElement) => boolean

const KEYS: Record<string, KeyAct> = {
  ArrowDown: (details, from) => step(details, from, 1),
  ArrowUp: (details, from) => step(details, from, -1),
  Home: (details, from) => from !== filterOf(details) && focus(linksOf(details)[0]),
  End: (details, from) => from !== filterOf(details) && focus(linksOf(details).at(-1)),
  Enter: (details, from) => {
    if (from !== filterOf(details)) return false
    details.querySelector<HTMLElement>('ul a')?.click()
    return true
  },
  Escape: (details) => {
    details.open = false
    return focus(details.querySelector('summary'))
  },
}

function step(details: HTMLDetailsElement, from: HTMLElement, by: 1 | -1): boolean {
  if (!details.open) {
    details.open = true // opening moves the focus inside
    return true
  }
  const stops = [filterOf(details), ...linksOf(details)].filter((stop) => stop !== null)
  return focus(stops[Math.min(Math.max(stops.indexOf(from) + by, 0), stops.length - 1)])
}

function filterOf(details: HTMLDetailsElement): HTMLElement | null {
  return details.querySelector('input')
}

function linksOf(details: HTMLDetailsElement): HTMLElement[] {
  return [...details.querySelectorAll('a')]
}

function focus(element: HTMLElement | null | undefined): boolean {
  element?.focus()
  return true
}
