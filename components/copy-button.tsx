'use client'

import { Check, Copy } from 'lucide-react'
import { useState } from 'react'

/** Copies a text. Not shown without JavaScript. */
export function CopyButton({ text }: { text: string }) {
  const [isCopied, setCopied] = useState(false)
  const Icon = isCopied ? Check : Copy
  return (
    <button
      type="button"
      aria-label={isCopied ? 'Copied' : `Copy ${text}`}
      onClick={async () => {
        await navigator.clipboard.writeText(text)
        setCopied(true)
      }}
      onBlur={() => setCopied(false)}
      className="scripted inline-flex size-control items-center justify-center rounded-control text-ink-soft hover:bg-surface-sunken hover:text-ink"
    >
      <Icon className="size-4" aria-hidden="true" />
    </button>
  )
}
