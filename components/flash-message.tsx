'use client'

import { usePathname } from 'next/navigation'
import { useEffect, useState } from 'react'
import { FormMessage } from '@/components/ui/form-message'

/** A message from an action, shown above the page until the next navigation, or until a form is sent, without moving the page. */
export function FlashMessage({ sentence }: { sentence: string }) {
  const path = usePathname()
  const [shownAt] = useState(path)
  const [isOutdated, setOutdated] = useState(false)
  useEffect(() => {
    const hide = () => setOutdated(true)
    document.addEventListener('submit', hide, { capture: true, once: true })
    return () => document.removeEventListener('submit', hide, { capture: true })
  }, [])
  if (path !== shownAt) return null
  return (
    <div className={`pb-6 ${isOutdated ? 'invisible' : ''}`}>
      <FormMessage tone="success">{sentence}</FormMessage>
    </div>
  )
}
