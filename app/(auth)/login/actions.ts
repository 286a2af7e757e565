'use server'

import { publicAction } from '@/lib/action'
import { pathAfterSignIn, signIn } from '@/lib/auth'
import { signInSchema } from '@/lib/sessions/schema'

/** Signs a user in. Every failure shows the same message (ASVS 6.3.8). */
export const loginAction = publicAction(
  { schema: signInSchema, secrets: ['password'] },
  ({ input, request }) => signIn(input, request),
  async (_, { input }) => ({ redirectTo: await pathAfterSignIn(input.callbackUrl) }),
)
