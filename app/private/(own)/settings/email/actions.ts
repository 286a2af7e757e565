'use server'

import { refresh } from 'next/cache'
import { runForm } from '@/lib/action'
import type { FormState } from '@/lib/form'
import { requestEmailChange } from '@/lib/users/email-change'
import { changeEmailSchema } from '@/lib/users/schema'

/** Asks for another address, which has to be confirmed first. */
export async function changeEmailAction(_: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: changeEmailSchema, recentAuth: true }, async (input, request, scope) => {
    const asked = await requestEmailChange(scope, input, request)
    if (asked.ok) refresh()
    return asked
  })
}
