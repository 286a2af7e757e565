'use client'

import { usePathname } from 'next/navigation'
import { useState } from 'react'
import { FormMessage } from '@/components/ui/form-message'

/** What an action has said, at the head of the page; where its form is still to be seen, that says it instead. Gone with the next page. */
export function FlashMessage({ sentence }: { sentence: string }) {
  const path = usePathname()
  const [at] = useState(path)
  if (path !== at) return null
  return (
    <div className="said order-first pb-4">
      <FormMessage tone="success">{sentence}</FormMessage>
    </div>
  )
}
