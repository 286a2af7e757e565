// Listens to links in the private shell, so that they can be plain `<a>` elements.

import type { Route } from '@/lib/http/paths'

const HOVER_MS = 80 // a pointer that only passes over a link prefetches nothing

type Router = { navigate: (href: Route) => void; prefetch: (href: Route) => void }

/** Opens pages without loading the document again, and prefetches a page when the pointer rests on its link. */
export function listenToLinks({ navigate, prefetch }: Router, signal: AbortSignal): void {
  // In the capture phase, before the handler of a <Link>, so that every navigation has the same progress line.
  window.addEventListener(
    'click',
    (event) => {
      const link = pageLinkOf(event.target)
      if (!link || !isPlainClick(event)) return
      event.preventDefault()
      for (const popover of document.querySelectorAll<HTMLElement>(':popover-open')) popover.hidePopover()
      navigate(pathOf(link))
    },
    { signal, capture: true },
  )
  let timer = 0
  document.addEventListener(
    'pointerover',
    ({ target }) => {
      clearTimeout(timer)
      const link = pageLinkOf(target)
      if (link && !link.closest('.menu-panel')) timer = window.setTimeout(() => prefetch(pathOf(link)), HOVER_MS)
    },
    { signal },
  )
}

/** Returns the link around an element, if it leads to another private page. Files and dialogs are left alone. */
function pageLinkOf(target: EventTarget | null): HTMLAnchorElement | undefined {
  const link = target instanceof Element ? target.closest('a') : null
  if (!link || link.origin !== location.origin || !/^\/private(\/|$)/.test(link.pathname)) return undefined
  if (link.matches('[target], [download], [data-file], [data-menu], [aria-haspopup]')) return undefined
  return link.hash && pathOf(link) === location.pathname + location.search + link.hash ? undefined : link
}

function pathOf({ pathname, search, hash }: HTMLAnchorElement): Route {
  return (pathname + search + hash) as Route
}

/** A click that opens no tab or window. */
function isPlainClick({ button, metaKey, ctrlKey, shiftKey, altKey, defaultPrevented }: MouseEvent): boolean {
  return button === 0 && !metaKey && !ctrlKey && !shiftKey && !altKey && !defaultPrevented
}
