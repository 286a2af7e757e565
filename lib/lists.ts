import { z } from 'zod'

// The parts of a list that is searched and read page by page. Safe for the browser.

const SEARCH_MAX_LENGTH = 254
const CURSOR_MAX_LENGTH = 400

/** PostgreSQL stores neither NUL nor half of a surrogate pair. */
const isStorable = (value: string) => value.isWellFormed() && !value.includes('\0')

/** The query parameter `search`. Anything invalid counts as no search. */
export const searchParam = z.string().trim().max(SEARCH_MAX_LENGTH).refine(isStorable).catch('')

/** The query parameter `after`: the `next` of the previous page. Anything invalid counts as missing. */
export const cursorParam = z.string().min(1).max(CURSOR_MAX_LENGTH).refine(isStorable).optional().catch(undefined)

/**
 * Makes a page of a list that was read with one row more than the page shows.
 * @param cursorOf returns where the list continues after a row: by key, because a page number would skip rows that move
 * @returns the rows, and `next` if there is another page
 */
export function pageOf<Row>(found: Row[], size: number, cursorOf: (last: Row) => string): { rows: Row[]; next?: string } {
  const rows = found.slice(0, size)
  const last = rows.at(-1)
  return found.length > size && last ? { rows, next: cursorOf(last) } : { rows }
}
