// What a program for tables would take for a formula, at the beginning of a cell, also in the wide forms of East Asia.
const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/

/**
 * One line of a CSV file (RFC 4180): every cell in quotes, and a cell that begins like a formula behind an apostrophe, so
 * that it is text to whoever opens it (ASVS 1.2.10). A null is an empty cell.
 */
export function csvLine(cells: readonly (string | null)[]): string {
  return `${cells.map((cell) => quoted(cell ?? '')).join(',')}\r\n`
}

function quoted(cell: string): string {
  const text = FORMULA.test(cell) ? `'${cell}` : cell
  return `"${text.replaceAll('"', '""')}"`
}
