'use server'

import { publicAction } from '@/lib/action'
import { pathAfterSignIn, signInByCode } from '@/lib/auth'
import { isEmailSignInOn } from '@/lib/users/email-sign-in'
import { signInCodeSchema } from '@/lib/users/schema'

/** Signs in with the code that a sign-in link shows in another browser. Every failure shows the same message (ASVS 6.3.8). */
export const signInByCodeAction = publicAction(
  { schema: signInCodeSchema, secrets: ['code'], isOn: isEmailSignInOn },
  ({ input, request }) => signInByCode(input, request),
  async (_, { input }) => ({ redirectTo: await pathAfterSignIn(input.callbackUrl) }),
)
