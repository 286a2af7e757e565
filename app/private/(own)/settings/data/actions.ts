'use server'

import { refresh } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { runForm } from '@/lib/action'
import { signOut } from '@/lib/auth'
import type { FormState } from '@/lib/form'
import { sendToLogin } from '@/lib/scope'
import { deleteUser } from '@/lib/users/deletion'
import { deleteUserSchema } from '@/lib/users/schema'

/** Sees to it that one's data may be downloaded: the file itself is a link, and a link cannot ask for a password. */
export async function prepareDownloadAction(_: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: z.object({}), recentAuth: true }, async () => ({ ok: true, value: 'Your file is ready.' }))
}

/** Deletes one's user, takes the cookie away, and goes home. */
export async function deleteUserAction(_: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: deleteUserSchema, recentAuth: true }, async (input, request, scope) => {
    const deleted = (await deleteUser(scope, input, request)) ?? (await sendToLogin())
    if (!deleted.ok) {
      if (!deleted.refusal.field) refresh() // what stands in the way is listed in the page
      return deleted
    }
    await signOut()
    redirect('/?deleted')
  })
}
