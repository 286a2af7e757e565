import { hostCookie } from './host-cookie'

// Safe for the edge.

/** The request header in which the middleware passes the flash message to the page. */
export const FLASH_HEADER = 'x-atrium-flash'

const MAX_AGE_SECONDS = 60

/** Returns the name and options of the cookie that carries a flash message to the next page. */
export function flashCookie() {
  const { name, options } = hostCookie('atrium.flash')
  return { name, options: { ...options, maxAge: MAX_AGE_SECONDS } }
}
