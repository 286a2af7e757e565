'use client'

import { useEffect } from 'react'

const CHANNEL = 'atrium.session'

/**
 * Tells the browser's other tabs who is signed in, and loads this page anew when another tab says otherwise, or when
 * the browser brings it back from its memory. Whoever signs out in one tab is out in all, and "back" shows nothing private.
 * @param userId null when nobody is signed in
 */
export function SessionBeacon({ userId }: { userId: string | null }) {
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
  return null
}
