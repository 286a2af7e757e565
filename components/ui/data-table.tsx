import type { ReactNode } from 'react'

type Column<Row> = {
  title: string
  cell: (row: Row) => ReactNode
  /** For numbers and times. */
  isRight?: boolean
  /** For the row's menu: its title is not shown, and on a phone it is at the end of the first line. */
  isMenu?: boolean
}

/**
 * A table. On a phone each row becomes a block: the first column, and the others in a line below it. Its styles are in
 * app/globals.css, so that a cell carries no class names.
 * @param keyOf the row's id
 */
export function DataTable<Row>({ columns, rows, keyOf }: { columns: Column<Row>[]; rows: Row[]; keyOf: (row: Row) => string }) {
  return (
    <table className="data-table">
      <thead>
        <tr>
          {columns.map(({ title, isRight, isMenu }) => (
            <th key={title} data-side={isRight || isMenu ? 'end' : undefined}>
              {isMenu ? <span className="sr-only">{title}</span> : title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map(({ title, cell, isRight, isMenu }) => (
              <td key={title} data-side={isMenu ? 'menu' : isRight ? 'end' : undefined}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
