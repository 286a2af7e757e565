'use server'

import { refresh } from 'next/cache'
import { notFound, redirect } from 'next/navigation'
import { deleteAccount } from '@/lib/accounts/deletion'
import { renameAccount } from '@/lib/accounts/rename'
import { deleteAccountSchema, renameAccountSchema } from '@/lib/accounts/schema'
import { runForm } from '@/lib/action'
import type { FormState } from '@/lib/form'
import { requireScope } from '@/lib/scope'

/** Gives the account another name. */
export async function renameAccountAction(slug: string, _: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: renameAccountSchema }, async (input, request) => {
    const renamed = (await renameAccount(await requireScope(slug), input, request)) ?? notFound()
    if (!renamed.ok) return renamed
    refresh()
    return { ok: true, value: 'The name is saved.' }
  })
}

/** Deletes the account, and goes to where it can be restored. */
export async function deleteAccountAction(slug: string, _: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: deleteAccountSchema, recentAuth: true }, async (input, request) => {
    const deleted = (await deleteAccount(await requireScope(slug), input, request)) ?? notFound()
    if (!deleted.ok) return deleted
    redirect(`/private?deleted=${deleted.value.id}`)
  })
}
