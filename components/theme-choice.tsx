import { cookies } from 'next/headers'
import { readTheme, THEME_COOKIE } from '@/lib/http/theme'
import { ThemeSwitch } from './theme-switch'

/** The theme switch, set from the cookie. */
export async function ThemeChoice() {
  return <ThemeSwitch theme={readTheme((await cookies()).get(THEME_COOKIE)?.value)} />
}
