'use server'

import { refresh } from 'next/cache'
import { notFound, redirect } from 'next/navigation'
import { deleteAccount } from '@/lib/accounts/deletion'
import { deleteAccountSchema, renameAccountSchema } from '@/lib/accounts/schema'
import { renameAccount } from '@/lib/accounts/rename'
import { runForm } from '@/lib/action'
import type { FormState } from '@/lib/form'
import { requireScope } from '@/lib/scope'

/** Gives the account another name. */
export async function renameAccountAction(slug: string, _: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: renameAccountSchema }, async (input, client) => {
    const renamed = (await renameAccount(await requireScope(slug), input, client)) ?? notFound()
    if (!renamed.ok) return renamed
    refresh()
    return { ok: true, value: 'The name is saved.' }
  })
}

/** Deletes the account, and goes to where it can be restored. */
export async function deleteAccountAction(slug: string, _: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: deleteAccountSchema, needsProof: true }, async (input, client) => {
    const deleted = (await deleteAccount(await requireScope(slug), input, client)) ?? notFound()
    if (!deleted.ok) return deleted
    redirect(`/private?deleted=${deleted.value.id}`)
  })
}
