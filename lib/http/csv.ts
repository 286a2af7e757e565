// The characters that start a formula in a spreadsheet, including their full-width forms.
const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/

/**
 * Formats one line of a CSV file (RFC 4180). Every cell is quoted, and null is an empty cell. A cell that begins like a
 * formula gets an apostrophe in front, so that spreadsheets show it as text (ASVS 1.2.10).
 */
export function csvLine(cells: readonly (string | null)[]): string {
  return `${cells.map((cell) => quote(cell ?? '')).join(',')}\r\n`
}

function quote(cell: string): string {
  const text = FORMULA.test(cell) ? `'${cell}` : cell
  return `"${text.replaceAll('"', '""')}"`
}
