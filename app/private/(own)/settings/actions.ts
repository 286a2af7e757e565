'use server'

import { refresh } from 'next/cache'
import { runForm } from '@/lib/action'
import type { FormState } from '@/lib/form'
import { requireUser } from '@/lib/scope'
import { profileSchema } from '@/lib/users/schema'
import { updateProfile } from '@/lib/users/users'

/** Saves one's own profile. */
export async function updateProfileAction(_: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: profileSchema }, async (input, request) => {
    await updateProfile(await requireUser(), input, request)
    refresh()
    return { ok: true, value: 'Your profile is saved.' }
  })
}
