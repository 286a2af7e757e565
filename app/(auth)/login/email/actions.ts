'use server'

import { publicAction } from '@/lib/action'
import { defer } from '@/lib/http/defer'
import { ensureDeviceCookie } from '@/lib/http/device-cookie'
import { withCallback } from '@/lib/http/paths'
import { message } from '@/lib/messages'
import { isEmailSignInOn, requestSignInLink } from '@/lib/users/email-sign-in'
import { signInLinkSchema } from '@/lib/users/schema'

/** Emails a sign-in link. The answer is the same for every email (ASVS 6.3.8). */
export const requestSignInLinkAction = publicAction(
  { schema: signInLinkSchema, limit: 'sign-in-mail', isOn: isEmailSignInOn },
  async ({ input, request }) => {
    const { id: deviceId } = await ensureDeviceCookie({ notifyIfNew: false })
    return requestSignInLink(input, { request, deviceId, defer })
  },
  ({ email }, { input }) => ({
    redirectTo: withCallback('/login/code', input.callbackUrl),
    message: message('sign-in-link-requested', { email }),
  }),
)
