'use client'

import { Check, Copy } from 'lucide-react'
import { useState } from 'react'

/**
 * Copies a text. Not shown without JavaScript.
 * @param name of the text, if it is too long to be read out
 * @param isWide whether it says "Copy", beside other buttons
 */
export function CopyButton({ text, name = text, isWide = false }: { text: string; name?: string; isWide?: boolean }) {
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
      className={`scripted ${isWide ? 'button button-quiet' : 'inline-flex size-control items-center justify-center rounded-control text-ink-soft hover:bg-surface-sunken hover:text-ink'}`}
    >
      <Icon className="size-4" aria-hidden="true" />
      {isWide ? (isCopied ? 'Copied' : 'Copy') : null}
    </button>
  )
}
