'use client'

import { useEffect } from 'react'
import { createRoot } from 'react-dom/client'
import { Toaster, toast } from 'sonner'
import type { ToastContent } from './toast'

const STYLE = {
  background: 'var(--surface-raised)',
  color: 'var(--ink)',
  borderColor: 'var(--line)',
  borderRadius: '10px',
  fontSize: '0.875rem',
}
const ACTION_STYLE = {
  minHeight: 'var(--control)',
  paddingInline: '0.75rem',
  background: 'var(--accent-soft)',
  color: 'var(--accent)',
  borderRadius: '6px',
  fontSize: '0.8125rem',
}
// An Undo must stay long enough to be read and reached; hovering over the toast or focusing it also stops the clock.
const SHORT_MS = 5_000
const LONG_MS = 10_000

// Outside the page's own tree, so that a toast outlives the row or page that it is about. React never removes the element.
// A toast that is sent before the region has been mounted would be lost.
const mounted = new Promise<void>((resolve) => {
  createRoot(document.body.appendChild(document.createElement('div'))).render(<Region onMount={resolve} />)
})

function Region({ onMount }: { onMount: () => void }) {
  useEffect(onMount, [onMount])
  return (
    <Toaster position="bottom-center" style={{ fontFamily: 'inherit' }} toastOptions={{ style: STYLE, actionButtonStyle: ACTION_STYLE }} />
  )
}

/** Shows a toast in the live region. */
export async function show({ tone, text, action }: ToastContent): Promise<void> {
  await mounted
  toast[tone](text, {
    duration: action || tone === 'error' ? LONG_MS : SHORT_MS,
    ...(action ? { action: { label: action.label, onClick: action.run } } : {}),
  })
}
