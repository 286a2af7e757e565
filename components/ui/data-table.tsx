import type { ReactNode } from 'react'

type Column<Row> = {
  title: string
  cell: (row: Row) => ReactNode
  /** For numbers and times. */
  isRight?: boolean
}

/**
 * A table. On a phone each row becomes a block: the first column, and the others in a line below it.
 * @param keyOf the row's id
 */
export function DataTable<Row>({ columns, rows, keyOf }: { columns: Column<Row>[]; rows: Row[]; keyOf: (row: Row) => string }) {
  return (
    <table className="w-full border-y border-line max-sm:block">
      <thead className="text-left text-small text-ink-soft max-sm:sr-only">
        <tr className="h-row border-b border-line">
          {columns.map(({ title, isRight }) => (
            <th key={title} className={`px-2 font-medium first:pl-0 last:pr-0 ${isRight ? 'text-right' : ''}`}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {rows.map((row) => (
          <tr
            key={keyOf(row)}
            className="h-row border-t border-line first:border-t-0 max-sm:flex max-sm:h-auto max-sm:flex-wrap max-sm:items-center max-sm:gap-x-3 max-sm:py-2"
          >
            {columns.map(({ title, cell, isRight }) => (
              <td
                key={title}
                className={`min-w-0 px-2 first:pl-0 last:pr-0 max-sm:px-0 max-sm:first:basis-full ${isRight ? 'whitespace-nowrap text-right tabular-nums max-sm:text-left' : ''}`}
              >
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
