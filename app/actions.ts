'use server'

import { cookies } from 'next/headers'
import { buttonAction, userAction } from '@/lib/action'
import { signOut } from '@/lib/auth'
import { readTheme, THEME_FIELD } from '@/lib/http/theme'
import { themeCookie } from '@/lib/http/theme-cookie'
import { message } from '@/lib/messages'
import { resendVerification } from '@/lib/users/verification'
import { emptySchema } from '@/lib/validation'

/** Ends this browser's session, if there is one, and goes to the home page. */
export const signOutAction = buttonAction(async () => {
  await signOut()
  return '/'
})

export const setTheme = buttonAction(async (form) => {
  const { name, options } = themeCookie()
  ;(await cookies()).set({ ...options, name, value: readTheme(form.get(THEME_FIELD)) })
  return undefined
})

export const resendVerificationAction = userAction(
  { schema: emptySchema },
  ({ scope, request }) => resendVerification(scope, request),
  ({ email }) => message('verification-sent', { email }),
)
