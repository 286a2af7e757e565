import { Search } from 'lucide-react'
import type { Route } from 'next'
import Link from 'next/link'
import { withQuery } from '@/lib/http/paths'
import { Button } from './button'

/**
 * A search form that puts its term in the query string, so that it works without JavaScript and results can be linked.
 * @param path the path of the list
 * @param kept other query parameters to keep, such as the order
 */
export function SearchForm({
  path,
  label,
  search,
  kept = {},
}: {
  path: Route
  label: string
  search: string
  kept?: Record<string, string>
}) {
  const rest = Object.entries(kept).filter(([, value]) => value)
  return (
    <search>
      <form action={path} className="flex flex-wrap items-center gap-x-2">
        <label htmlFor="search" className="basis-full pb-1 text-small text-ink-soft">
          {label}
        </label>
        {rest.map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <input
          type="search"
          id="search"
          name="search"
          defaultValue={search}
          maxLength={254}
          className="min-h-control w-full min-w-0 flex-1 rounded-control border border-line-strong bg-surface-raised px-3 text-body sm:max-w-72"
        />
        <Button type="submit" aria-label="Search">
          <Search className="size-4" aria-hidden="true" />
        </Button>
        {search ? (
          <Button asChild look="plain">
            <Link href={withQuery(path, kept)} prefetch={false}>
              Clear
            </Link>
          </Button>
        ) : null}
      </form>
    </search>
  )
}
