'use client'

import { usePathname } from 'next/navigation'
import { useState } from 'react'
import { FormMessage } from '@/components/ui/form-message'

/** A message from an action, shown above the page until the next navigation. Hidden if its form is still there to show it. */
export function FlashMessage({ sentence }: { sentence: string }) {
  const path = usePathname()
  const [shownAt] = useState(path)
  if (path !== shownAt) return null
  return (
    <div className="pb-6">
      <FormMessage tone="success">{sentence}</FormMessage>
    </div>
  )
}
