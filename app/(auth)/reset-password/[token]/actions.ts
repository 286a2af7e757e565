'use server'

import { publicAction } from '@/lib/action'
import { signOut } from '@/lib/auth'
import { passkeyOptions } from '@/lib/factors/passkey-sign-in'
import { ensureDeviceCookie } from '@/lib/http/device-cookie'
import { clearLinkToken, readShownToken } from '@/lib/http/link-token-cookie'
import { withCallback } from '@/lib/http/paths'
import { conflict } from '@/lib/outcome'
import { env } from '@/lib/platform/env'
import { scriptAction } from '@/lib/script-action'
import { resetPassword } from '@/lib/users/password-reset'
import { resetPasswordSchema } from '@/lib/users/schema'

/** Sets the new password and redirects to the sign-in page, because a reset does not sign the user in. */
export const resetPasswordAction = publicAction(
  { schema: () => resetPasswordSchema(env().PASSWORD_MIN_LENGTH), secrets: ['password', 'code', 'response'] },
  async ({ input: { link, ...input }, request }) => {
    const token = await readShownToken('reset-password', link)
    if (!token) return conflict('link-expired')
    return resetPassword(token, input, { request, device: await ensureDeviceCookie({ notifyIfNew: false }) })
  },
  async (_, { input }) => {
    await clearLinkToken('reset-password')
    // The sign-in page would redirect a signed-in user. Keep an invitation link, which they may sign in to accept.
    await signOut({ keep: 'invitations' })
    return { redirectTo: withCallback('/login', input.callbackUrl), message: 'password-reset' }
  },
)

/** Returns a challenge for the passkeys of this browser. It reveals nothing about the user of the link. */
export const resetOptionsAction = scriptAction('passkey-challenge', async () => {
  const { id: deviceId } = await ensureDeviceCookie({ notifyIfNew: false })
  return passkeyOptions({ purpose: 'reset', deviceId })
})
