import 'server-only'
import { cookies } from 'next/headers'
import { type Device, deviceIdFrom } from './device-id'
import { hostCookie } from './host-cookie'

const DEVICE_COOKIE_MAX_AGE_SECONDS = 400 * 24 * 60 * 60 // the longest that browsers keep a cookie

/** Returns the name and options of the cookie that identifies a browser at the next sign-in. It does not sign anyone in. */
export function deviceCookie() {
  const { name, options } = hostCookie('atrium.device')
  return { name, options: { ...options, maxAge: DEVICE_COOKIE_MAX_AGE_SECONDS } }
}

/** Returns the value of this browser's device cookie, which is not validated. */
export async function readDeviceCookie(): Promise<string | undefined> {
  return (await cookies()).get(deviceCookie().name)?.value
}

/**
 * Sets this browser's device cookie: a new id if it has none, or the same id for another 400 days.
 * @param notifyIfNew whether to email the user if the browser is new to them
 */
export async function ensureDeviceCookie({ notifyIfNew }: { notifyIfNew: boolean }): Promise<Device> {
  const [jar, { name, options }] = [await cookies(), deviceCookie()]
  const id = deviceIdFrom(jar.get(name)?.value)
  jar.set({ ...options, name, value: id })
  return { id, notifyIfNew }
}
