import type { Route } from 'next'
import { Anchor } from '@/components/ui/anchor'
import { withQuery } from '@/lib/http/paths'

/**
 * Links to the same list with another filter or order. They are plain links, so they work without JavaScript.
 * @param query what the list's URL contains now
 * @param name the parameter that the links set
 * @param options the parameter's values with their texts; the first is the default, which the URL leaves out
 */
export function FilterLinks({
  label,
  path,
  query,
  name,
  options,
}: {
  label: string
  path: Route
  query: Record<string, string | undefined>
  name: string
  options: Record<string, string>
}) {
  const [fallback = ''] = Object.keys(options)
  const current = query[name] || fallback
  return (
    <nav aria-label={label} className="flex flex-wrap items-center gap-1 max-sm:-mx-2 max-sm:gap-0 max-sm:text-small">
      {Object.entries(options).map(([value, text]) => (
        <Anchor
          key={value}
          href={withQuery(path, { ...query, [name]: value === fallback ? '' : value })}
          aria-current={value === current ? 'true' : undefined}
          className={`inline-flex min-h-control items-center rounded-control px-2 no-underline hover:bg-surface-sunken ${value === current ? 'font-semibold text-ink underline decoration-accent decoration-2 underline-offset-8' : 'text-ink-soft'}`}
        >
          {text}
        </Anchor>
      ))}
    </nav>
  )
}
