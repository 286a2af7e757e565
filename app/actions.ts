'use server'

import { cookies } from 'next/headers'
import { buttonAction, userAction } from '@/lib/action'
import { signOut } from '@/lib/auth'
import { isSecureOrigin } from '@/lib/auth.config'
import { emptySchema } from '@/lib/form'
import { readTheme, THEME_COOKIE, THEME_MAX_AGE_SECONDS } from '@/lib/http/theme'
import { message } from '@/lib/messages'
import { resendVerification } from '@/lib/users/verification'

/** Ends this browser's session, if there is one, and goes to the home page. */
export const signOutAction = buttonAction(async () => {
  await signOut()
  return '/'
})

export const setTheme = buttonAction(async (form) => {
  const jar = await cookies()
  jar.set(THEME_COOKIE, readTheme(form.get('theme')), {
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    secure: isSecureOrigin(),
    maxAge: THEME_MAX_AGE_SECONDS,
  })
  return undefined
})

export const resendVerificationAction = userAction(
  { schema: emptySchema },
  ({ scope, request }) => resendVerification(scope, request),
  ({ email }) => message('verification-sent', { email }),
)
