'use server'

import { redirect } from 'next/navigation'
import { register } from '@/lib/accounts/accounts'
import { registrationSchema } from '@/lib/accounts/schema'
import { runForm } from '@/lib/action'
import { signInAs } from '@/lib/auth'
import { env } from '@/lib/env'
import type { FormState } from '@/lib/form'
import { safePath } from '@/lib/paths'

/** Registers a person with the account they own, signs them in, and takes them where they wanted to go. */
export async function registerAction(_: FormState, form: FormData): Promise<FormState> {
  return runForm(
    form,
    { schema: registrationSchema(env().PASSWORD_MIN_LENGTH), secrets: ['password'], limit: 'registration' },
    async (input, client) => {
      const registered = await register(input, client)
      if (!registered.ok) return registered
      await signInAs(registered.value.userId, { remembered: false, client, isFirst: true })
      redirect(safePath(form.get('callbackUrl')))
    },
  )
}
