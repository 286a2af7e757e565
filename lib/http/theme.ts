// The color theme: light, dark, or the system's. A cookie stores it, so that the server renders the right one and nothing
// flashes.

export const THEME_COOKIE = 'atrium.theme'
export const THEME_MAX_AGE_SECONDS = 400 * 24 * 60 * 60 // the longest that browsers keep a cookie

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

/** Returns the theme named by a cookie or a form; `system` for anything else. */
export function readTheme(value: unknown): Theme {
  return THEMES.find((theme) => theme === value) ?? 'system'
}
