'use client'

import { usePathname } from 'next/navigation'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { FormMessage } from '@/components/ui/form-message'

/**
 * A message from an action, shown above the page until the next navigation, or until another form is sent, without moving the page.
 * @param children a form that undoes what the message announces
 */
export function FlashMessage({ sentence, children }: { sentence: string; children?: ReactNode }) {
  const element = useRef<HTMLDivElement>(null)
  const path = usePathname()
  const [shownAt] = useState(path)
  const [isOutdated, setOutdated] = useState(false)
  useEffect(() => {
    const hide = ({ target }: Event) => {
      if (!element.current?.contains(target as Node)) setOutdated(true)
    }
    document.addEventListener('submit', hide, { capture: true })
    return () => document.removeEventListener('submit', hide, { capture: true })
  }, [])
  if (path !== shownAt) return null
  return (
    <div ref={element} className={`flex flex-wrap items-center gap-x-4 gap-y-2 pb-6 ${isOutdated ? 'invisible' : ''}`}>
      <FormMessage tone="success">{sentence}</FormMessage>
      {children}
    </div>
  )
}
