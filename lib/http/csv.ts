// The characters that start a formula in a spreadsheet, including their full-width forms.
const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/

// The same after a semicolon or a tab. A spreadsheet whose language separates cells with it ignores our commas and quotes, and
// begins a cell there.
const INNER_FORMULA = /(?=[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])(?<=[;\t]["\s]*)/g

type Cell = string | null

/**
 * Formats a CSV file in pieces, with at most one batch of rows in memory.
 * @param read returns the rows after a cursor, and the next cursor if there are more rows
 */
export async function* csvFile<Row, Cursor>(
  headings: readonly string[],
  read: (after: Cursor | undefined) => Promise<{ rows: Row[]; next?: Cursor | undefined }>,
  cellsOf: (row: Row) => readonly Cell[],
): AsyncGenerator<string> {
  yield csvLine(headings)
  let after: Cursor | undefined
  do {
    const { rows, next } = await read(after)
    yield rows.map((row) => csvLine(cellsOf(row))).join('')
    after = next
  } while (after !== undefined)
}

/**
 * Formats one line of a CSV file (RFC 4180). Every cell is quoted, and null is an empty cell. A cell that begins like a
 * formula gets an apostrophe in front, and so does what could begin one, so that spreadsheets show it as text (ASVS 1.2.10).
 */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map((cell) => quote(cell ?? '')).join(',')}\r\n`
}

function quote(cell: string): string {
  const text = (FORMULA.test(cell) ? `'${cell}` : cell).replace(INNER_FORMULA, "'")
  return `"${text.replaceAll('"', '""')}"`
}
