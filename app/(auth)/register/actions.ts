'use server'

import { registrationSchema } from '@/lib/accounts/schema'
import { publicAction } from '@/lib/action'
import { signInAs } from '@/lib/auth'
import { defer } from '@/lib/http/defer'
import { ensureDeviceCookie } from '@/lib/http/device-cookie'
import { message } from '@/lib/messages'
import { env } from '@/lib/platform/env'
import { signUp } from '@/lib/registrations/sign-up'

/** Registers a user with the account they own, and signs them in; or asks them to open the emailed link first. */
export const registerAction = publicAction(
  { schema: () => registrationSchema(env().PASSWORD_MIN_LENGTH), secrets: ['password'], limit: 'registration' },
  async ({ input: { callbackUrl, ...registration }, request }) => {
    const { id: deviceId } = await ensureDeviceCookie({ notifyIfNew: false })
    return signUp(registration, { request, deviceId, callbackUrl, defer })
  },
  async (registered, { input, request }) => {
    if (!registered) return message('registration-requested', { email: input.email })
    await signInAs(registered.userId, { remembered: false, request, isFirst: true })
    return { redirectTo: input.callbackUrl, message: 'account-created' }
  },
)
