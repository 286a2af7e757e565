'use server'

import { publicAction } from '@/lib/action'
import { setSessionCookie } from '@/lib/auth'
import { passkeyOptions, verifyPasskey } from '@/lib/factors/passkey-sign-in'
import { usePasskeySchema, verifyFactorSchema } from '@/lib/factors/schema'
import { verifyFactor } from '@/lib/factors/verification'
import { readBrowserCookie, setBrowserCookie } from '@/lib/http/browser-cookie'
import { ensureDeviceCookie, readDeviceCookie } from '@/lib/http/device-cookie'
import { findClaim, sendToLogin } from '@/lib/scope'
import { scriptAction } from '@/lib/script-action'

/** Verifies the second factor of a user who has signed in, and continues to where they were going. */
export const verifyFactorAction = publicAction(
  { schema: verifyFactorSchema, secrets: ['code'] },
  async ({ input, request }) => {
    const { claim } = (await findClaim()) ?? (await sendToLogin())
    const verified = await verifyFactor(claim, input, { request, browser: await readBrowserCookie() })
    if (verified.status !== 'ok') return verified.status === 'forbidden' ? sendToLogin() : verified
    await setSessionCookie(verified.value.sessionId, claim.session.remembered)
    if (verified.value.browser) await setBrowserCookie(verified.value.browser)
    return verified
  },
  (_, { input }) => ({ redirectTo: input.callbackUrl }),
)

/** Returns a challenge for the user's own passkeys. */
export const verifyOptionsAction = scriptAction('passkey-challenge', async () => {
  const { claim } = (await findClaim()) ?? (await sendToLogin())
  const { id: deviceId } = await ensureDeviceCookie({ notifyIfNew: false })
  return passkeyOptions({ purpose: 'verify', deviceId, claim })
})

/** Verifies a passkey as the second factor. */
export const verifyPasskeyAction = publicAction(
  { schema: usePasskeySchema, secrets: ['response'] },
  async ({ input, request }) => {
    const { claim } = (await findClaim()) ?? (await sendToLogin())
    const verified = await verifyPasskey(claim, input, { request, deviceId: (await readDeviceCookie()) ?? '' })
    if (verified.status !== 'ok') return verified.status === 'forbidden' ? sendToLogin() : verified
    await setSessionCookie(verified.value.sessionId, claim.session.remembered)
    return verified
  },
  (_, { input }) => ({ redirectTo: input.callbackUrl }),
)
