import { z } from 'zod'

// Helpers for lists with a search and pages. Safe for the browser.

const SEARCH_MAX_LENGTH = 254
const CURSOR_MAX_LENGTH = 400

/** PostgreSQL text can contain neither NUL nor a lone surrogate. */
const isStorable = (value: string) => value.isWellFormed() && !value.includes('\0')

/** The query parameter `search`. Anything invalid counts as no search. */
export const searchParam = z.string().trim().max(SEARCH_MAX_LENGTH).refine(isStorable).catch('')

/** The query parameter `after`: the `next` of the previous page. Anything invalid counts as missing. */
export const cursorParam = z.string().min(1).max(CURSOR_MAX_LENGTH).refine(isStorable).optional().catch(undefined)

/**
 * Splits rows into a page and the cursor of the next one.
 * @param found the rows of the page and one more, if there is one
 * @param cursorOf returns the key after which the next page begins; page numbers would skip rows when others are added
 * @returns the rows, and `next` if there is another page
 */
export function pageOf<Row>(found: Row[], size: number, cursorOf: (last: Row) => string): { rows: Row[]; next?: string } {
  const rows = found.slice(0, size)
  const last = rows.at(-1)
  return found.length > size && last ? { rows, next: cursorOf(last) } : { rows }
}

/** Lists are counted up to here, so that counting costs the same in every account. Count one more, to know that there are more. */
export const COUNTED_MAX = 100

/** Returns a count as text: `100+` if there are more than {@link COUNTED_MAX}. */
export function countText(count: number): string {
  return count > COUNTED_MAX ? `${COUNTED_MAX}+` : String(count)
}
