'use client'

import { useEffect } from 'react'

const CHANNEL = 'atrium.session'

/**
 * Tells the browser's other tabs who is signed in, so that signing out clears private pages from every tab. Reloads this page if
 * another tab reports a different user, or if the browser restores it from the back/forward cache.
 * @param userId null if no one is signed in
 */
export function useSessionBeacon(userId: string | null): void {
  useEffect(() => {
    const channel = new BroadcastChannel(CHANNEL)
    channel.onmessage = ({ data }) => {
      if (data !== userId) window.location.reload()
    }
    channel.postMessage(userId)
    const reloadWhenRestored = (event: PageTransitionEvent) => {
      if (event.persisted) window.location.reload()
    }
    window.addEventListener('pageshow', reloadWhenRestored)
    return () => {
      channel.close()
      window.removeEventListener('pageshow', reloadWhenRestored)
    }
  }, [userId])
}

/** {@link useSessionBeacon} for a page outside the private shell. */
export function SessionBeacon({ userId }: { userId: string | null }) {
  useSessionBeacon(userId)
  return null
}
