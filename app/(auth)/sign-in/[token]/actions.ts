'use server'

import { publicAction } from '@/lib/action'
import { pathAfterSignIn, signInByLink } from '@/lib/auth'
import { openPath } from '@/lib/http/link-paths'
import { clearLinkToken, readShownToken } from '@/lib/http/link-token-cookie'
import { linkWithCallback } from '@/lib/http/paths'
import { conflict, ok } from '@/lib/outcome'
import { isEmailSignInOn, showSignInCode } from '@/lib/users/email-sign-in'
import { confirmSignInSchema, showSignInCodeSchema } from '@/lib/users/schema'

/** Signs in with an emailed link, in the browser that requested it. */
export const signInByLinkAction = publicAction(
  { schema: confirmSignInSchema, isOn: isEmailSignInOn },
  async ({ input: { link, remember }, request }) => {
    const token = await readShownToken('sign-in', link)
    return token ? signInByLink({ token, remember }, request) : conflict('link-expired')
  },
  async (_, { input }) => {
    await clearLinkToken('sign-in')
    return { redirectTo: await pathAfterSignIn(input.callbackUrl) }
  },
)

/** Shows the code of an emailed link, in a browser that did not request the link. */
export const showSignInCodeAction = publicAction(
  { schema: showSignInCodeSchema, isOn: isEmailSignInOn },
  async ({ input: { link } }) => {
    const token = await readShownToken('sign-in', link)
    return token && (await showSignInCode(token)) ? ok(null) : conflict('link-expired')
  },
  (_, { input }) => ({ redirectTo: linkWithCallback(openPath('sign-in'), input.callbackUrl) }),
)
