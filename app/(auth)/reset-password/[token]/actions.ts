'use server'

import { redirect } from 'next/navigation'
import { runForm } from '@/lib/action'
import { signOut } from '@/lib/auth'
import { type FormState, refuse } from '@/lib/form'
import { ensureDeviceCookie } from '@/lib/http/device-cookie'
import { clearLinkToken, readShownToken } from '@/lib/http/link-token-cookie'
import { safePath, withCallback } from '@/lib/http/paths'
import { env } from '@/lib/platform/env'
import { resetPassword } from '@/lib/users/password-reset'
import { PASSWORD_RESET_DEAD, resetPasswordSchema } from '@/lib/users/schema'

/** Sets the new password, and goes on to sign in with it: a reset alone signs nobody in. */
export async function resetPasswordAction(_: FormState, form: FormData): Promise<FormState> {
  const schema = resetPasswordSchema('', env().PASSWORD_MIN_LENGTH)
  return runForm(form, { schema, secrets: ['password'] }, async ({ link, password }, request) => {
    const token = await readShownToken('reset-password', link)
    if (!token) return refuse(PASSWORD_RESET_DEAD)
    const reset = await resetPassword(token, { password }, { request, device: await ensureDeviceCookie({ notifyIfNew: false }) })
    if (!reset.ok) return reset
    await clearLinkToken('reset-password')
    await signOut() // this browser's session is over or somebody else's: the form to sign in would pass it on
    redirect(`${withCallback('/login', safePath(form.get('callbackUrl')))}&reset=done`)
  })
}
