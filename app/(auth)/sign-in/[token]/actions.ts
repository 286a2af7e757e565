'use server'

import { publicAction } from '@/lib/action'
import { pathAfterSignIn, signInByLink } from '@/lib/auth'
import { clearLinkToken, readShownToken } from '@/lib/http/link-token-cookie'
import { conflict } from '@/lib/outcome'
import { isEmailSignInOn } from '@/lib/users/email-sign-in'
import { confirmSignInSchema } from '@/lib/users/schema'

/** Signs in with an emailed link, in the browser that requested it. */
export const signInByLinkAction = publicAction(
  { schema: confirmSignInSchema, isOn: isEmailSignInOn },
  async ({ input: { link, remember }, request }) => {
    const token = await readShownToken('sign-in', link)
    return token ? signInByLink({ token, remember }, request) : conflict('sign-in-link-expired')
  },
  async (_, { input }) => {
    await clearLinkToken('sign-in')
    return { redirectTo: await pathAfterSignIn(input.callbackUrl) }
  },
)
