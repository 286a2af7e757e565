// The brand: pages, email, icons, the theme color, and the Open Graph image derive from it. Safe for the browser.

export const BRAND = {
  name: 'Atrium',
  description: 'Accounts, members, and permissions for your Next.js app',
  /** Where the repository's files can be read. The home page links to its guides below it. Set it to your own repository. */
  repository: 'https://github.example/your-company/atrium/blob/main',
  /** The sender of email if MAIL_FROM is not set. Production requires MAIL_FROM. */
  sender: 'Atrium <atrium@localhost>',
} as const

/** The name of the starter behind every product. It is public, so passwords based on it are easy to guess. Keep it in your product. */
export const STARTER_NAME = 'Atrium'

/** The logo, as strokes in a square. */
export const MARK = {
  viewBox: '0 0 24 24',
  paths: ['M3 21V12a9 9 0 0 1 18 0v9', 'M8 21v-8.5a4 4 0 0 1 8 0V21'],
} as const

/** The logo for email clients, which do not show SVG: one box in another, with borders, as CSS. */
export const MAIL_MARK = {
  outer: { borderRadius: '8px 8px 0 0', height: 14, width: 12 },
  inner: { borderRadius: '4px 4px 0 0', height: 8, marginTop: 6, verticalAlign: 'top', width: 3 },
} as const

/**
 * The colors of app/tokens.css that email, icons, images, and the theme color use. Hexadecimal, because email clients and
 * image renderers support nothing newer. tests/unit/brand.test.ts compares them with app/tokens.css.
 */
export const COLORS = {
  surface: { light: '#faf7f1', dark: '#141c27' },
  'surface-raised': { light: '#fffdfa', dark: '#1d2733' },
  'surface-sunken': { light: '#f3efe7', dark: '#0e161f' },
  ink: { light: '#271f17', dark: '#ede9e1' },
  'ink-soft': { light: '#5f564e', dark: '#aab4be' },
  line: { light: '#e0dbd3', dark: '#313a46' },
  accent: { light: '#13614a', dark: '#73d0b1' },
  'accent-soft': { light: '#daefe6', dark: '#113a38' },
  'on-accent': { light: '#fefcf7', dark: '#051a21' },
} as const
