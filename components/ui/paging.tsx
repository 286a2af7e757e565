import Link from 'next/link'
import { Button } from './button'

/**
 * The way on through a long list, by key: a page costs the same however far in it is.
 * @param kept what else stands in the address, such as what is sought
 * @param next where the next page begins, when there is one
 * @param isFirst whether this is where the list begins
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
            Back to the start
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
