'use server'

import { runForm } from '@/lib/action'
import type { FormState } from '@/lib/form'
import { defer } from '@/lib/http/defer'
import { safePath } from '@/lib/http/paths'
import { requestPasswordReset } from '@/lib/users/password-reset'
import { forgotPasswordSchema, passwordResetAsked } from '@/lib/users/schema'

/** Sends the link that sets a new password, if the address is somebody's. The answer is the same when it is not. */
export async function forgotPasswordAction(_: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: forgotPasswordSchema, limit: 'password-reset' }, async ({ email }, request) => {
    const callbackUrl = safePath(form.get('callbackUrl'))
    await requestPasswordReset({ email, callbackUrl }, { request, defer })
    return { ok: true, value: passwordResetAsked(email) }
  })
}
