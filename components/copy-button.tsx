'use client'

import { Check, Copy } from 'lucide-react'
import { useState } from 'react'

/** Copies a text. Not shown without JavaScript. @param name of the text, if it is too long to be read out */
export function CopyButton({ text, name = text }: { text: string; name?: string }) {
  const [isCopied, setCopied] = useState(false)
  const Icon = isCopied ? Check : Copy
  return (
    <button
      type="button"
      aria-label={isCopied ? 'Copied' : `Copy ${name}`}
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
