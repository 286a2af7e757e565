'use server'

import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { beginAction, runForm } from '@/lib/action'
import { signOut } from '@/lib/auth'
import { isSecureOrigin } from '@/lib/auth.config'
import type { FormState } from '@/lib/form'
import { readTheme, THEME_COOKIE, THEME_MAX_AGE_SECONDS } from '@/lib/http/theme'
import { requireUser } from '@/lib/scope'
import { pressedSchema } from '@/lib/users/schema'
import { resendVerification } from '@/lib/users/verification'

/** Ends this browser's session. Lands on the home page, also when the session had ended before. */
export async function signOutAction(form: FormData): Promise<void> {
  await beginAction(form)
  await signOut()
  redirect('/')
}

/** Remembers the appearance that was chosen. */
export async function setTheme(form: FormData): Promise<void> {
  await beginAction(form)
  const jar = await cookies()
  jar.set(THEME_COOKIE, readTheme(form.get('theme')), {
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    secure: isSecureOrigin(),
    maxAge: THEME_MAX_AGE_SECONDS,
  })
}

/** Sends whoever is signed in a new link to confirm their address. */
export async function resendVerificationAction(_: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: pressedSchema }, async (_input, client) => resendVerification(await requireUser(), client))
}
