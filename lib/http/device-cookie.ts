import 'server-only'
import { cookies } from 'next/headers'
import { isSecureOrigin } from '@/lib/auth.config'
import { type Device, deviceIdFrom } from './device-id'

const DEVICE_COOKIE_MAX_AGE_SECONDS = 400 * 24 * 60 * 60 // the longest that browsers keep one

/** The cookie by which a browser is known again at the next sign-in: its name, and its options. It signs nobody in. */
function deviceCookie() {
  const secure = isSecureOrigin()
  return {
    name: `${secure ? '__Host-' : ''}atrium.device`,
    options: { httpOnly: true, sameSite: 'lax' as const, path: '/', secure, maxAge: DEVICE_COOKIE_MAX_AGE_SECONDS },
  }
}

/** @returns what this browser says by its cookie that it is, which can be anything */
export async function readDeviceCookie(): Promise<string | undefined> {
  return (await cookies()).get(deviceCookie().name)?.value
}

/**
 * Gives this browser the cookie by which it is known again, or what it has for another 400 days.
 * @param notifyIfNew whether the owner hears of it by mail when it is a new one
 */
export async function ensureDeviceCookie({ notifyIfNew }: { notifyIfNew: boolean }): Promise<Device> {
  const [jar, { name, options }] = [await cookies(), deviceCookie()]
  const id = deviceIdFrom(jar.get(name)?.value)
  jar.set({ ...options, name, value: id })
  return { id, notifyIfNew }
}
