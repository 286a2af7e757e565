import type { Route } from 'next'
import Link from 'next/link'
import { withQuery } from '@/lib/http/paths'
import { Button } from './button'

/**
 * Links for keyset pagination, where every page costs the same.
 * @param kept other query parameters to keep, such as the search
 * @param next the cursor of the next page, if there is one
 * @param isFirst whether this is the first page
 */
export function Paging({
  path,
  kept,
  next,
  isFirst,
}: {
  path: Route
  kept: Record<string, string>
  next: string | undefined
  isFirst: boolean
}) {
  if (isFirst && !next) return null
  return (
    <nav aria-label="Pages" className="flex flex-wrap gap-2 pt-4">
      {isFirst ? null : (
        <Button asChild>
          <Link href={withQuery(path, kept)} prefetch={false}>
            Back to start
          </Link>
        </Button>
      )}
      {next ? (
        <Button asChild>
          <Link href={withQuery(path, { ...kept, after: next })} prefetch={false}>
            Next page
          </Link>
        </Button>
      ) : null}
    </nav>
  )
}
