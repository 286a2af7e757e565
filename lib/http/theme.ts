// The color theme: light, dark, or the system's. Safe for the browser.

export const THEMES = ['system', 'light', 'dark'] as const
/** The name of the field and of the buttons that choose a theme. */
export const THEME_FIELD = 'theme'
export type Theme = (typeof THEMES)[number]

/** Returns the theme named by a cookie or a form; `system` for anything else. */
export function readTheme(value: unknown): Theme {
  return THEMES.find((theme) => theme === value) ?? 'system'
}

/** Returns the `media` of a picture's dark source: `within`, if the theme is dark. */
export function darkMedia(theme: Theme, within = 'all'): string {
  if (theme === 'light') return 'not all'
  return theme === 'dark' ? within : `${within} and (prefers-color-scheme: dark)`
}
