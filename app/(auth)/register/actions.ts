'use server'

import { redirect } from 'next/navigation'
import { registrationSchema } from '@/lib/accounts/schema'
import { runForm } from '@/lib/action'
import { signInAs } from '@/lib/auth'
import type { FormState } from '@/lib/form'
import { defer } from '@/lib/http/defer'
import { ensureDeviceCookie } from '@/lib/http/device-cookie'
import { safePath } from '@/lib/http/paths'
import { env } from '@/lib/platform/env'
import { registrationAsked } from '@/lib/registrations/schema'
import { signUp } from '@/lib/registrations/sign-up'

/**
 * Registers a person with the account they own, signs them in, and takes them where they wanted to go; or says that a link
 * was mailed, where that has to be opened first.
 */
export async function registerAction(_: FormState, form: FormData): Promise<FormState> {
  return runForm(
    form,
    { schema: registrationSchema(env().PASSWORD_MIN_LENGTH), secrets: ['password'], limit: 'registration' },
    async (input, request) => {
      const callbackUrl = safePath(form.get('callbackUrl'))
      const { id: deviceId } = await ensureDeviceCookie({ notifyIfNew: false })
      const registered = await signUp(input, { request, deviceId, callbackUrl, defer })
      if (!registered.ok) return registered
      if (!registered.value) return { ok: true, value: registrationAsked(input.email) }
      await signInAs(registered.value.userId, { remembered: false, request, isFirst: true })
      redirect(callbackUrl)
    },
  )
}
