import type { Route } from 'next'
import { Anchor } from '@/components/ui/anchor'
import { withQuery } from '@/lib/http/paths'
import * as labels from '@/lib/labels/private'
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
  kept: Record<string, string | undefined>
  next: string | undefined
  isFirst: boolean
}) {
  if (isFirst && !next) return null
  return (
    <nav aria-label="Pages" className="flex flex-wrap gap-2 pt-4">
      {isFirst ? null : (
        <Button asChild>
          <Anchor href={withQuery(path, kept)}>{labels.backToStart}</Anchor>
        </Button>
      )}
      {next ? (
        <Button asChild>
          <Anchor href={withQuery(path, { ...kept, after: next })}>{labels.nextPage}</Anchor>
        </Button>
      ) : null}
    </nav>
  )
}
