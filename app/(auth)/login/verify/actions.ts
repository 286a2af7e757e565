'use server'

import { publicAction } from '@/lib/action'
import { setSessionCookie } from '@/lib/auth'
import { verifyFactorSchema } from '@/lib/factors/schema'
import { verifyFactor } from '@/lib/factors/verification'
import { readBrowserCookie, setBrowserCookie } from '@/lib/http/browser-cookie'
import { findClaim, sendToLogin } from '@/lib/scope'

/** Proves the second factor of a user who has signed in, and continues to where they were going. */
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
