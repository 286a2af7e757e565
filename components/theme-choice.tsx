import { cookies } from 'next/headers'
import type { PlainAction } from '@/lib/form'
import { readTheme } from '@/lib/http/theme'
import { themeCookie } from '@/lib/http/theme-cookie'
import { ThemeSwitch } from './theme-switch'

/** The theme switch, as the cookie says. */
export async function ThemeChoice({ action }: { action: PlainAction }) {
  return <ThemeSwitch action={action} theme={readTheme((await cookies()).get(themeCookie().name)?.value)} />
}
