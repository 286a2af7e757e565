// The color theme: light, dark, or the system's. Safe for the browser.

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

/** Returns the theme named by a cookie or a form; `system` for anything else. */
export function readTheme(value: unknown): Theme {
  return THEMES.find((theme) => theme === value) ?? 'system'
}

/** For which media a picture's dark source is meant (app/page.tsx). */
export const DARK_MEDIA: Record<Theme, string> = { system: '(prefers-color-scheme: dark)', light: 'not all', dark: 'all' }
