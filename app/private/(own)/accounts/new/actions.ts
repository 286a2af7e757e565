'use server'

import { redirect } from 'next/navigation'
import { createOwnAccount } from '@/lib/accounts/accounts'
import { newAccountSchema } from '@/lib/accounts/schema'
import { runForm } from '@/lib/action'
import type { FormState } from '@/lib/form'
import { requireUser } from '@/lib/scope'

/** Makes a further account, owned by whoever asks, and goes there. */
export async function createAccountAction(_: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: newAccountSchema }, async (input, request) => {
    const created = await createOwnAccount(await requireUser(), input, request)
    if (!created.ok) return created
    redirect(`/private/accounts/${created.value.slug}`)
  })
}
