'use client'

import { usePathname, useRouter } from 'next/navigation'
import { lazy, Suspense, useCallback, useEffect, useState, useTransition } from 'react'
import { useSessionBeacon } from '@/components/session-beacon'
import type { Route } from '@/lib/http/paths'
import * as labels from '@/lib/labels/private'
import { markCurrent } from './current'
import { listenToLinks } from './links'
import { listenToMenus } from './menus'
import { listenToTheme } from './theme'
import { keepTimesCurrent } from './times'

const loadPalette = () => import('./palette')
let isPaletteLoaded = false // then a key opens it at once, and the next key already goes to it
const Palette = lazy(() => loadPalette().then(({ Palette }) => ({ default: Palette })))

/**
 * The only client component of the shell. It listens to the whole document, so that links, menus, and times need no client
 * component. It handles navigation with a progress line, prefetching on hover, menus, the theme, relative times, the
 * palette, and a notice if the connection is lost.
 * @param userId for the session beacon
 */
export function ShellEvents({ userId }: { userId: string }) {
  const router = useRouter()
  const path = usePathname()
  const [isNavigating, startNavigation] = useTransition()
  const [opened, setOpened] = useState<{ dialog: 'palette' | 'shortcuts'; key: number } | null>(null)
  const [isUnreachable, setUnreachable] = useState(false)
  useSessionBeacon(userId)

  const navigate = useCallback(
    (href: Route) => {
      const isOffline = !navigator.onLine // the router would leave the page, and what was typed, for the browser's error page
      setUnreachable(isOffline)
      if (!isOffline) startNavigation(() => router.push(href))
    },
    [router],
  )

  useEffect(() => {
    const listening = new AbortController()
    const prefetch = (href: Route) => router.prefetch(href) // its code and frame, never its data, which may change
    listenToLinks({ navigate, prefetch }, listening.signal)
    // Loaded first: a component that fails to load would take the page with it.
    const open = (dialog: 'palette' | 'shortcuts') => {
      const show = () => setOpened((last) => ({ dialog, key: (last?.key ?? 0) + 1 }))
      if (isPaletteLoaded) return show()
      loadPalette().then(
        () => {
          isPaletteLoaded = true
          show()
        },
        () => setUnreachable(true),
      )
    }
    listenToMenus(open, listening.signal)
    window.addEventListener('online', () => setUnreachable(false), { signal: listening.signal })
    listenToTheme(listening.signal)
    keepTimesCurrent(listening.signal)
    return () => listening.abort()
  }, [router, navigate])
  useEffect(() => markCurrent(path), [path])

  // The browser reports the closing later, when the user may have opened the next dialog.
  const close = (key: number) => setOpened((now) => (now?.key === key ? null : now))

  return (
    <>
      {isNavigating ? <div className="progress-line" aria-hidden="true" /> : null}
      {isUnreachable ? (
        <p role="alert" className="unreachable">
          {labels.unreachable}
        </p>
      ) : null}
      <Suspense>
        {opened ? <Palette key={opened.key} dialog={opened.dialog} navigate={navigate} onClose={() => close(opened.key)} /> : null}
      </Suspense>
    </>
  )
}
