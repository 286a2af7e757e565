import 'server-only'
import { env } from '@/lib/platform/env'
import { isSameOriginRequest } from './same-origin.mjs'

/** Whether a request that changes something was made by a page of this origin. */
export function isSameOrigin(headers: Headers): boolean {
  return isSameOriginRequest((name) => headers.get(name), env().APP_URL)
}
