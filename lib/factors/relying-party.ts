import 'server-only'
import { BRAND } from '@/lib/brand'
import { env } from '@/lib/platform/env'

/** Returns who passkeys are for: the host of APP_URL, which no header decides. A passkey works on this origin only. */
export function relyingParty(): { id: string; name: string; origin: string } {
  const { APP_URL } = env()
  return { id: new URL(APP_URL).hostname, name: BRAND.name, origin: APP_URL }
}

/** Loads the WebAuthn library on first use. It is large, and pages that only offer a passkey do not need it. */
export function webAuthn() {
  return import('@simplewebauthn/server')
}
