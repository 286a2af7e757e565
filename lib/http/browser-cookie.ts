import 'server-only'
import { cookies } from 'next/headers'
import { isDeviceId } from './device-id'
import { hostCookie } from './host-cookie'

const BROWSER_COOKIE_MAX_AGE_SECONDS = 30 * 24 * 60 * 60

/** Returns the name and options of the cookie of a browser that is not asked for a second factor. It does not sign anyone in. */
function browserCookie() {
  const { name, options } = hostCookie('atrium.browser')
  return { name, options: { ...options, maxAge: BROWSER_COOKIE_MAX_AGE_SECONDS } }
}

/** Returns the secret in this browser's cookie, if it has the form of one. Whether it is still valid is in the database. */
export async function readBrowserCookie(): Promise<string | undefined> {
  const value = (await cookies()).get(browserCookie().name)?.value
  return value && isDeviceId(value) ? value : undefined
}

/** Sets this browser's cookie to the secret of a remembered browser. */
export async function setBrowserCookie(value: string): Promise<void> {
  const { name, options } = browserCookie()
  ;(await cookies()).set({ ...options, name, value })
}
