'use server'

import { publicAction } from '@/lib/action'
import { pathAfterSignIn, signIn, signInByPasskey } from '@/lib/auth'
import { passkeyOptions } from '@/lib/factors/passkey-sign-in'
import { passkeySignInSchema } from '@/lib/factors/schema'
import { ensureDeviceCookie } from '@/lib/http/device-cookie'
import { scriptAction } from '@/lib/script-action'
import { signInSchema } from '@/lib/sessions/schema'

/** Signs a user in. Every failure shows the same message (ASVS 6.3.8). */
export const loginAction = publicAction(
  { schema: signInSchema, secrets: ['password'] },
  ({ input, request }) => signIn(input, request),
  async (_, { input }) => ({ redirectTo: await pathAfterSignIn(input.callbackUrl) }),
)

/** Returns a challenge for the passkeys of this browser. */
export const signInOptionsAction = scriptAction('passkey-challenge', async () => {
  const { id: deviceId } = await ensureDeviceCookie({ notifyIfNew: false })
  return passkeyOptions({ purpose: 'sign-in', deviceId })
})

/** Signs a user in with a passkey, without an email. */
export const signInByPasskeyAction = publicAction(
  { schema: passkeySignInSchema, secrets: ['response'] },
  ({ input, request }) => signInByPasskey(input, request),
  async (_, { input }) => ({ redirectTo: await pathAfterSignIn(input.callbackUrl) }),
)
