import type { Route } from 'next'
import { Anchor } from '@/components/ui/anchor'
import { withQuery } from '@/lib/http/paths'

/**
 * The headings of a table's columns. Those of the columns that can sort are links to the same list in that order.
 * @param query what the list's URL contains now
 * @param sort the current order
 * @param fallback the default order, which the URL leaves out
 * @param columns the heading of each column with the order that it sets, if it sets one
 * @param descending the orders that begin with the highest value
 */
export function SortHeadings({
  path,
  query,
  sort,
  fallback,
  columns,
  descending = [],
}: {
  path: Route
  query: Record<string, string | undefined>
  sort: string
  fallback: string
  columns: Record<string, string | undefined>
  descending?: string[]
}) {
  return Object.entries(columns).map(([title, order]) => (
    <th key={title} aria-sort={order === sort ? (descending.includes(sort) ? 'descending' : 'ascending') : undefined}>
      {order ? <Anchor href={withQuery(path, { ...query, sort: order === fallback ? '' : order })}>{title}</Anchor> : title}
    </th>
  ))
}
