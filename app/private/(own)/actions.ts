'use server'

import { redirect } from 'next/navigation'
import { restoreAccount } from '@/lib/accounts/deletion'
import { restoreAccountSchema } from '@/lib/accounts/schema'
import { runForm } from '@/lib/action'
import type { FormState } from '@/lib/form'
import { acceptPendingInvitation, sendLinkAgain } from '@/lib/invitations/pending'
import { invitationSchema } from '@/lib/invitations/schema'
import { requireUser } from '@/lib/scope'

/** Accepts an invitation that waits for a verified address, and goes to its account. */
export async function acceptWaitingAction(_: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: invitationSchema }, async ({ id }, request) => {
    const accepted = await acceptPendingInvitation(await requireUser(), id, request)
    return accepted.ok ? redirect(`/private/accounts/${accepted.value.slug}`) : accepted
  })
}

/** Sends the link of a waiting invitation to one's own address. */
export async function sendLinkAgainAction(_: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: invitationSchema }, async ({ id }, request) => sendLinkAgain(await requireUser(), id, request))
}

/** Brings back an account that its owner had deleted, and goes there. */
export async function restoreAccountAction(_: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: restoreAccountSchema }, async ({ id }, request) => {
    const restored = await restoreAccount(await requireUser(), id, request)
    return restored.ok ? redirect(`/private/accounts/${restored.value.slug}`) : restored
  })
}
