'use server'

import { redirect } from 'next/navigation'
import { runForm } from '@/lib/action'
import { signInAs } from '@/lib/auth'
import { type FormState, refuse } from '@/lib/form'
import { defer } from '@/lib/http/defer'
import { readDeviceCookie } from '@/lib/http/device-cookie'
import { safePath } from '@/lib/http/paths'
import { SIGN_IN_FAILED, signInSchema } from '@/lib/sessions/schema'
import { authenticate } from '@/lib/users/users'

/** Signs a person in, and takes them where they wanted to go. Every failure reads the same. */
export async function loginAction(_: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: signInSchema, secrets: ['password'] }, async (input, request) => {
    const proven = await authenticate(input, { request, device: await readDeviceCookie(), defer })
    if (!proven) return refuse(SIGN_IN_FAILED)
    const { userId, passwordHash } = proven
    if (!(await signInAs(userId, { remembered: input.remember, request, passwordHash }))) return refuse(SIGN_IN_FAILED)
    redirect(safePath(form.get('callbackUrl')))
  })
}
