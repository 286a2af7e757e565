import 'server-only'
import { randomBytes } from 'node:crypto'

const DEVICE_ID_BYTES = 32
const DEVICE_ID = /^[A-Za-z0-9_-]{43}$/ // 32 bytes in base64url

/** The browser that a session starts in. */
export type Device = {
  /** the value of its cookie; the database stores only a hash of it */
  id: string
  /** whether to email the user when the browser is new: not when they just registered in it */
  notifyIfNew: boolean
}

/** Returns whether a cookie value has the form of a device id. */
export function isDeviceId(value: string): boolean {
  return DEVICE_ID.test(value)
}

/** Returns the id in a browser's cookie, or a new one if the cookie is missing or malformed. */
export function deviceIdFrom(cookieValue: string | undefined): string {
  return cookieValue && isDeviceId(cookieValue) ? cookieValue : randomBytes(DEVICE_ID_BYTES).toString('base64url')
}
