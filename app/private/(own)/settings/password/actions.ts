'use server'

import { userAction } from '@/lib/action'
import { setSessionCookie } from '@/lib/auth'
import { ensureDeviceCookie } from '@/lib/http/device-cookie'
import { message } from '@/lib/messages'
import { changePasswordSchema } from '@/lib/password/schema'
import { env } from '@/lib/platform/env'
import { changePassword } from '@/lib/users/password'

/** Changes the user's password. This session continues; all others end. */
export const changePasswordAction = userAction(
  { schema: () => changePasswordSchema(env().PASSWORD_MIN_LENGTH), secrets: ['currentPassword', 'password'] },
  async ({ scope, input, request }) => changePassword(scope, input, request, await ensureDeviceCookie({ notifyIfNew: false })),
  async (sessionId, { scope }) => {
    await setSessionCookie(sessionId, scope.session.remembered)
    return message('password-changed')
  },
)
