/**
 * Set on every response. `next.config.mjs` sets them wherever Next is hosted. `incoming-requests.ts` also sets them on
 * responses that Next sends before it reads its configuration, such as the redirect to a path without a trailing slash.
 */
export const SECURITY_HEADERS = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'Referrer-Policy', value: 'strict-origin-when-cross-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), geolocation=(), microphone=(), payment=(), usb=()' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
  { key: 'X-Frame-Options', value: 'DENY' },
]

/** For HTTPS origins: two years. */
export const STRICT_TRANSPORT_SECURITY = 'max-age=63072000; includeSubDomains'
