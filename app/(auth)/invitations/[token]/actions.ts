'use server'

import { redirect } from 'next/navigation'
import { beginAction, runForm } from '@/lib/action'
import { signInAs, signOut } from '@/lib/auth'
import { type FormState, refuse } from '@/lib/form'
import { openPath } from '@/lib/http/link-paths'
import { clearLinkToken, readLinkToken } from '@/lib/http/link-token-cookie'
import { acceptInvitation, findInvitation, registerInvited } from '@/lib/invitations/link'
import { INVITATION_DEAD, invitationSchema, invitedRegistrationSchema } from '@/lib/invitations/schema'
import { env } from '@/lib/platform/env'
import { requireUser } from '@/lib/scope'

/** Accepts the invitation that the page showed, and goes to its account. */
export async function acceptInvitationAction(_: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: invitationSchema }, async ({ id }, request) => {
    const token = await tokenOf(id)
    if (!token) return refuse(INVITATION_DEAD)
    const accepted = await acceptInvitation(await requireUser(), token, request)
    return accepted.ok ? goTo(accepted.value.slug) : accepted
  })
}

/** Registers the invited person, signs them in, and goes to the account they joined. */
export async function registerInvitedAction(_: FormState, form: FormData): Promise<FormState> {
  const schema = invitedRegistrationSchema('', env().PASSWORD_MIN_LENGTH)
  return runForm(form, { schema, secrets: ['password'], limit: 'registration' }, async ({ id, password }, request) => {
    const token = await tokenOf(id)
    if (!token) return refuse(INVITATION_DEAD)
    const registered = await registerInvited(token, { password }, request)
    if (!registered.ok) return registered
    await signInAs(registered.value.userId, { remembered: false, request, isFirst: true })
    return goTo(registered.value.slug)
  })
}

/** Signs out, and comes back to the invitation as nobody. */
export async function switchPersonAction(form: FormData): Promise<void> {
  await beginAction(form)
  await signOut()
  redirect(openPath('invitations'))
}

/** The token in the cookie, if it is of the invitation that the page showed: another tab may have opened another. */
async function tokenOf(id: string): Promise<string | null> {
  const { token } = await readLinkToken('invitations')
  return (await findInvitation(token))?.id === id ? token : null
}

async function goTo(slug: string): Promise<never> {
  await clearLinkToken('invitations')
  redirect(`/private/accounts/${slug}`)
}
