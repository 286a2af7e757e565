'use server'

import { runForm } from '@/lib/action'
import { replaceSessionCookie } from '@/lib/auth'
import type { FormState } from '@/lib/form'
import { ensureDeviceCookie } from '@/lib/http/device-cookie'
import { changePasswordSchema } from '@/lib/password/schema'
import { env } from '@/lib/platform/env'
import { requireUser, sendToLogin } from '@/lib/scope'
import { changePassword } from '@/lib/users/password'

/** Changes one's own password. This session goes on, all others end. */
export async function changePasswordAction(_: FormState, form: FormData): Promise<FormState> {
  const schema = changePasswordSchema('', env().PASSWORD_MIN_LENGTH) // whose email it must not contain, the scope says
  return runForm(form, { schema, secrets: ['currentPassword', 'password'] }, async (input, request) => {
    const scope = await requireUser()
    const changed = (await changePassword(scope, input, request, await ensureDeviceCookie({ notifyIfNew: false }))) ?? (await sendToLogin())
    if (!changed.ok) return changed
    await replaceSessionCookie(scope, changed.value)
    return { ok: true, value: 'Your password is changed, and you are signed out everywhere else.' }
  })
}
