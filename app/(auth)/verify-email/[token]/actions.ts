'use server'

import { publicAction } from '@/lib/action'
import { signInAs } from '@/lib/auth'
import { defer } from '@/lib/http/defer'
import { readDeviceCookie } from '@/lib/http/device-cookie'
import { clearLinkToken, readShownToken } from '@/lib/http/link-token-cookie'
import { pagePath, type Route } from '@/lib/http/paths'
import { conflict, type Outcome } from '@/lib/outcome'
import { finishRegistration } from '@/lib/registrations/registrations'
import { finishRegistrationSchema } from '@/lib/registrations/schema'
import { findUser } from '@/lib/scope'
import { confirmEmailChange } from '@/lib/users/email-change'
import type { LinkOpener } from '@/lib/users/link-owner'
import { confirmEmailSchema } from '@/lib/users/schema'
import { verifyEmail } from '@/lib/users/verification'

/** Confirms the email of a user who has registered. */
export const verifyEmailAction = confirmationAction(verifyEmail)

/** Changes a user's email to the new one. */
export const confirmEmailAction = confirmationAction(confirmEmailChange)

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

function confirmationAction(confirm: (token: string, opener: LinkOpener) => Promise<Outcome<unknown>>) {
  return publicAction(
    { schema: confirmEmailSchema, secrets: ['password'] },
    async ({ input: { link, password }, request }) => {
      const token = await readShownToken('verify-email', link)
      if (!token) return conflict('link-expired')
      return confirm(token, { scope: await findUser(), password, request, device: await readDeviceCookie(), defer })
    },
    () => leaveTo(pagePath('/verify-email/[token]', 'done')),
  )
}

async function leaveTo(path: Route) {
  await clearLinkToken('verify-email')
  return { redirectTo: path }
}
