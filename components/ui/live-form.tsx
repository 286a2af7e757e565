'use client'

import { useRouter, useSearchParams } from 'next/navigation'
import { type ReactNode, useEffect, useRef, useTransition } from 'react'
import { type Route, withQuery } from '@/lib/http/paths'

const TYPING_PAUSE_MS = 250

/**
 * A form that filters a list through the query string while its fields change. Without JavaScript, Enter or its button sends it.
 * @param found how many rows the list has now, for screen readers
 */
export function LiveForm({ path, found, className, children }: { path: Route; found?: string; className: string; children: ReactNode }) {
  const form = useRef<HTMLFormElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const router = useRouter()
  const shown = useSearchParams()
  const [isPending, startTransition] = useTransition()

  useEffect(() => () => clearTimeout(timer.current), [])
  useEffect(() => {
    for (const field of fieldsOf(form.current)) {
      if (field === document.activeElement) continue
      field.value = shown.get(field.name) ?? '' // "Clear" and the back button change it
      if (field instanceof HTMLSelectElement && field.selectedIndex < 0) field.value = '' // the list ignores an unknown value
    }
  }, [shown])

  function apply() {
    clearTimeout(timer.current)
    const query = Object.fromEntries(fieldsOf(form.current).map(({ name, value }) => [name, value.trim()]))
    startTransition(() => router.replace(withQuery(path, query), { scroll: false }))
  }

  return (
    <form
      ref={form}
      action={path}
      aria-busy={isPending}
      className={className}
      onInput={() => {
        clearTimeout(timer.current)
        timer.current = setTimeout(apply, TYPING_PAUSE_MS)
      }}
      onSubmit={(event) => {
        event.preventDefault()
        apply()
      }}
    >
      {children}
      {found === undefined ? null : (
        <p role="status" className="sr-only">
          {found}
        </p>
      )}
    </form>
  )
}

function fieldsOf(form: HTMLFormElement | null): (HTMLInputElement | HTMLSelectElement)[] {
  return [...(form?.querySelectorAll<HTMLInputElement | HTMLSelectElement>('input[name], select[name]') ?? [])]
}
