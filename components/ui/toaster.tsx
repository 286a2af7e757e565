'use client'

import { startTransition, useEffect } from 'react'
import { createRoot } from 'react-dom/client'
import { Toaster, toast } from 'sonner'
import { showProgress } from './show-progress'
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
const HOTKEY = ['altKey', 'KeyT'] // a constant, so that sonner adds its listener once, before `focusAction`

// Outside the page's own tree, so that a toast outlives the row or page that it is about. React never removes the element.
// A toast that is sent before the region has been mounted would be lost.
const mounted = new Promise<void>((resolve) => {
  createRoot(document.body.appendChild(document.createElement('div'))).render(<Region onMount={resolve} />)
})

function Region({ onMount }: { onMount: () => void }) {
  useEffect(onMount, [onMount])
  useEffect(() => {
    document.addEventListener('keydown', focusAction)
    return () => document.removeEventListener('keydown', focusAction)
  }, [])
  return (
    <Toaster
      hotkey={HOTKEY}
      position="bottom-center"
      style={{ fontFamily: 'inherit' }}
      toastOptions={{ style: STYLE, actionButtonStyle: ACTION_STYLE }}
    />
  )
}

/** Alt-T focuses the region of the toasts, in a listener that sonner added before. "Undo", if there is one, is what it is for. */
function focusAction({ altKey, code }: KeyboardEvent) {
  if (altKey && code === 'KeyT') document.querySelector<HTMLElement>('[data-sonner-toast][data-front="true"] [data-button]')?.focus()
}

/** Shows a toast in the live region. */
export async function show({ tone, text, action }: ToastContent): Promise<void> {
  await mounted
  toast[tone](text, {
    duration: action || tone === 'error' ? LONG_MS : SHORT_MS,
    ...(action ? { action: { label: action.label, onClick: () => runAction(action.run) } } : {}),
  })
}

/** Runs what a toast offers. The toast closes at once, so the progress line shows that it runs. */
function runAction(run: () => Promise<void>) {
  // sonner returns the focus to the page when a toast loses it, but not in every browser when the focused toast disappears
  const focused = document.activeElement
  if (focused instanceof HTMLElement && focused.closest('[data-sonner-toast]')) focused.blur()
  const hide = showProgress()
  startTransition(async () => {
    try {
      await run()
    } finally {
      hide()
    }
  })
}
