'use server'

import { redirect } from 'next/navigation'
import { runForm } from '@/lib/action'
import { signInAs } from '@/lib/auth'
import { type FormState, refuse } from '@/lib/form'
import { readDeviceCookie } from '@/lib/http/device-cookie'
import { clearLinkToken, readShownToken } from '@/lib/http/link-token-cookie'
import { safePath } from '@/lib/http/paths'
import { finishRegistration } from '@/lib/registrations/registrations'
import { finishRegistrationSchema, REGISTRATION_DEAD } from '@/lib/registrations/schema'
import { confirmEmailChange } from '@/lib/users/email-change'
import { EMAIL_LINK_DEAD, linkSchema } from '@/lib/users/schema'
import { verifyEmail } from '@/lib/users/verification'

const DONE = '/verify-email/done'

/** Confirms the address of someone who has registered. */
export async function verifyEmailAction(_: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: linkSchema }, async ({ link }, request) => {
    const token = await readShownToken('verify-email', link)
    const verified = token ? await verifyEmail(token, request) : refuse(EMAIL_LINK_DEAD)
    return verified.ok ? leave(DONE) : verified
  })
}

/** Puts the new address in the place of the old one. */
export async function confirmEmailAction(_: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: linkSchema }, async ({ link }, request) => {
    const token = await readShownToken('verify-email', link)
    const changed = token ? await confirmEmailChange(token, request) : refuse(EMAIL_LINK_DEAD)
    return changed.ok ? leave(DONE) : changed
  })
}

/** Creates the person and the account they own, signs them in, and takes them where they wanted to go. */
export async function finishRegistrationAction(_: FormState, form: FormData): Promise<FormState> {
  return runForm(
    form,
    { schema: finishRegistrationSchema, secrets: ['password'], limit: 'registration' },
    async ({ link, ...given }, request) => {
      const token = await readShownToken('verify-email', link)
      const created = token
        ? await finishRegistration(token, given, { request, deviceId: await readDeviceCookie() })
        : refuse(REGISTRATION_DEAD)
      if (!created.ok) return created
      await signInAs(created.value.userId, { remembered: false, request, isFirst: true })
      return leave(safePath(form.get('callbackUrl')))
    },
  )
}

async function leave(path: string): Promise<never> {
  await clearLinkToken('verify-email')
  redirect(path)
}
