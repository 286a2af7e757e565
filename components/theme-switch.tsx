'use client'

import { unstable_rethrow } from 'next/navigation'
import { useOptimistic, useTransition } from 'react'
import { Glyph } from '@/components/ui/glyph'
import type { PlainAction } from '@/lib/form'
import { darkMedia, THEME_FIELD, THEMES, type Theme } from '@/lib/http/theme'

const ICONS = { system: 'monitor', light: 'sun', dark: 'moon' } as const
const NAMES = { system: 'system', light: 'light', dark: 'dark' }

/** One button that cycles through system, light, and dark. Changes at once with JavaScript; posts without. */
export function ThemeSwitch({ action, theme }: { action: PlainAction; theme: Theme }) {
  const [chosen, choose] = useOptimistic(theme)
  const [, startTransition] = useTransition()
  const next = THEMES[(THEMES.indexOf(chosen) + 1) % THEMES.length] ?? 'system'
  const name = `Theme: ${NAMES[chosen]}. Switch to ${NAMES[next]}`
  return (
    <form
      action={action}
      onSubmit={(event) => {
        event.preventDefault()
        const form = new FormData(event.currentTarget)
        startTransition(async () => {
          choose(next)
          show(next)
          await action(form).catch((error: unknown) => {
            unstable_rethrow(error)
            show(theme) // it was not stored
          })
        })
      }}
    >
      <input type="hidden" name={THEME_FIELD} value={next} />
      <button
        type="submit"
        aria-label={name}
        title={name}
        className="inline-flex size-11 items-center justify-center rounded-control text-ink-soft transition-colors duration-150 hover:bg-surface-sunken hover:text-ink"
      >
        <Glyph name={ICONS[chosen]} />
      </button>
    </form>
  )
}

function show(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
  for (const source of document.querySelectorAll<HTMLSourceElement>('source[data-dark]')) {
    source.media = darkMedia(theme, source.dataset.dark)
  }
}
