// Light, dark, or as the system has it. Kept in a cookie, so that the first byte of a page is right and nothing flashes.

export const THEME_COOKIE = 'atrium.theme'
export const THEME_MAX_AGE_SECONDS = 400 * 24 * 60 * 60 // the longest a browser keeps a cookie

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

/** @returns the theme that a cookie or a form names; `system` for anything else */
export function readTheme(value: unknown): Theme {
  return THEMES.find((theme) => theme === value) ?? 'system'
}
