'use server'

import type { Route } from 'next'
import { publicAction } from '@/lib/action'
import { signInAs } from '@/lib/auth'
import { readDeviceCookie } from '@/lib/http/device-cookie'
import { clearLinkToken, readShownToken } from '@/lib/http/link-token-cookie'
import { conflict } from '@/lib/outcome'
import { finishRegistration } from '@/lib/registrations/registrations'
import { finishRegistrationSchema } from '@/lib/registrations/schema'
import { confirmEmailChange } from '@/lib/users/email-change'
import { linkSchema } from '@/lib/users/schema'
import { verifyEmail } from '@/lib/users/verification'

/** Confirms the email of a user who has registered. */
export const verifyEmailAction = publicAction(
  { schema: linkSchema },
  async ({ input: { link }, request }) => {
    const token = await readShownToken('verify-email', link)
    return token ? verifyEmail(token, request) : conflict('email-link-expired')
  },
  () => leaveTo('/verify-email/done'),
)

/** Changes a user's email to the new one. */
export const confirmEmailAction = publicAction(
  { schema: linkSchema },
  async ({ input: { link }, request }) => {
    const token = await readShownToken('verify-email', link)
    return token ? confirmEmailChange(token, request) : conflict('email-link-expired')
  },
  () => leaveTo('/verify-email/done'),
)

/** Creates the user and the account they own, and signs them in. */
export const finishRegistrationAction = publicAction(
  { schema: finishRegistrationSchema, secrets: ['password'], limit: 'registration' },
  async ({ input: { link, accountName, password }, request }) => {
    const token = await readShownToken('verify-email', link)
    if (!token) return conflict('registration-expired')
    return finishRegistration(token, { accountName, password }, { request, deviceId: await readDeviceCookie() })
  },
  async ({ userId }, { input, request }) => {
    await signInAs(userId, { remembered: false, request, isFirst: true })
    return { ...(await leaveTo(input.callbackUrl)), message: 'account-created' }
  },
)

async function leaveTo<T extends string>(path: Route<T>) {
  await clearLinkToken('verify-email')
  return { redirectTo: path as Route }
}
