'use server'

import { refresh } from 'next/cache'
import { notFound } from 'next/navigation'
import { runForm } from '@/lib/action'
import type { FormState } from '@/lib/form'
import { inviteMembers, resendInvitation, revokeInvitation } from '@/lib/invitations/invitations'
import { invitationSchema, invitationsSent, inviteSchema } from '@/lib/invitations/schema'
import { requireScope } from '@/lib/scope'

/** Invites one address or many. The answer is the same whoever they belong to. */
export async function inviteAction(slug: string, _: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: inviteSchema }, async (input, request) => {
    const invited = (await inviteMembers(await requireScope(slug), input, request)) ?? notFound()
    refresh()
    return invited.ok ? { ok: true, value: invitationsSent(invited.value) } : invited
  })
}

/** Sends an invitation anew, with a new link. */
export async function resendInvitationAction(slug: string, _: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: invitationSchema }, async ({ id }, request) => {
    const resent = (await resendInvitation(await requireScope(slug), id, request)) ?? notFound()
    refresh()
    return resent.ok ? { ok: true, value: `A new link is on its way to ${resent.value}.` } : resent
  })
}

/** Takes an invitation back. */
export async function revokeInvitationAction(slug: string, _: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: invitationSchema }, async ({ id }, request) => {
    const revoked = (await revokeInvitation(await requireScope(slug), id, request)) ?? notFound()
    refresh()
    return revoked.ok ? { ok: true, value: `The invitation to ${revoked.value} is revoked.` } : revoked
  })
}
