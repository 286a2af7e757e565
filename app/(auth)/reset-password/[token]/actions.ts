'use server'

import { publicAction } from '@/lib/action'
import { signOut } from '@/lib/auth'
import { ensureDeviceCookie } from '@/lib/http/device-cookie'
import { clearLinkToken, readShownToken } from '@/lib/http/link-token-cookie'
import { withCallback } from '@/lib/http/paths'
import { conflict } from '@/lib/outcome'
import { env } from '@/lib/platform/env'
import { resetPassword } from '@/lib/users/password-reset'
import { resetPasswordSchema } from '@/lib/users/schema'

/** Sets the new password and redirects to the sign-in page, because a reset does not sign the user in. */
export const resetPasswordAction = publicAction(
  { schema: () => resetPasswordSchema(env().PASSWORD_MIN_LENGTH), secrets: ['password', 'code'] },
  async ({ input: { link, password, code }, request }) => {
    const token = await readShownToken('reset-password', link)
    if (!token) return conflict('password-reset-expired')
    return resetPassword(token, { password, code }, { request, device: await ensureDeviceCookie({ notifyIfNew: false }) })
  },
  async (_, { input }) => {
    await clearLinkToken('reset-password')
    // The sign-in page would redirect a signed-in user. Keep the link of an invitation, which they may sign in to accept.
    await signOut({ keep: 'invitations' })
    return { redirectTo: withCallback('/login', input.callbackUrl), message: 'password-reset' }
  },
)
