import Link from 'next/link'
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
  path: string
  kept: Record<string, string>
  next: string | undefined
  isFirst: boolean
}) {
  if (isFirst && !next) return null
  const address = (more: Record<string, string>) => {
    const query = new URLSearchParams(Object.entries({ ...kept, ...more }).filter(([, value]) => value))
    return query.size ? `${path}?${query}` : path
  }
  return (
    <nav aria-label="Pages" className="flex flex-wrap gap-2 pt-4">
      {isFirst ? null : (
        <Button asChild>
          <Link href={address({})} prefetch={false}>
            Back to start
          </Link>
        </Button>
      )}
      {next ? (
        <Button asChild>
          <Link href={address({ after: next })} prefetch={false}>
            Next page
          </Link>
        </Button>
      ) : null}
    </nav>
  )
}
