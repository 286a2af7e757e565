import { hostCookie } from './host-cookie'

const MAX_AGE_SECONDS = 400 * 24 * 60 * 60 // the longest that browsers keep a cookie

/** Returns the name and options of the cookie that stores the theme, so that the server renders the right one and nothing flashes. */
export function themeCookie() {
  const { name, options } = hostCookie('atrium.theme')
  return { name, options: { ...options, maxAge: MAX_AGE_SECONDS } }
}
