'use server'

import { refresh } from 'next/cache'
import { notFound, redirect } from 'next/navigation'
import { z } from 'zod'
import { runForm } from '@/lib/action'
import type { FormState } from '@/lib/form'
import { changeRole, leaveAccount, removeMember } from '@/lib/memberships/memberships'
import { acceptOwnership, declineOwnership, offerOwnership, withdrawOwnership } from '@/lib/memberships/ownership'
import { changeRoleSchema, memberSchema } from '@/lib/memberships/schema'
import { ROLE_NAMES } from '@/lib/roles'
import { requireScope } from '@/lib/scope'

const nothing = z.object({})

/** Changes what a member is. */
export async function changeRoleAction(slug: string, _: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: changeRoleSchema }, async (input, request) => {
    const changed = (await changeRole(await requireScope(slug), input, request)) ?? notFound()
    refresh()
    return changed.ok ? { ok: true, value: `Their role is ${ROLE_NAMES[input.role]} now.` } : changed
  })
}

/** Takes a member out, and goes back to the list. */
export async function removeMemberAction(slug: string, _: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: memberSchema }, async ({ userId }, request) => {
    const removed = (await removeMember(await requireScope(slug), userId, request)) ?? notFound()
    return removed.ok ? redirect(`/private/accounts/${slug}/members`) : removed
  })
}

/** Leaves the account, and goes home. */
export async function leaveAction(slug: string, _: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: nothing }, async (_input, request) => {
    const left = (await leaveAccount(await requireScope(slug), request)) ?? notFound()
    return left.ok ? redirect('/private') : left
  })
}

/** Offers ownership to a member. */
export async function offerOwnershipAction(slug: string, _: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: memberSchema }, async ({ userId }, request) => {
    const offered = (await offerOwnership(await requireScope(slug), userId, request)) ?? notFound()
    refresh()
    return offered.ok ? { ok: true, value: 'The offer is made. They have seven days to accept.' } : offered
  })
}

/** Takes an offer of ownership back. */
export async function withdrawOwnershipAction(slug: string, _: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: memberSchema }, async ({ userId }, request) => {
    const withdrawn = (await withdrawOwnership(await requireScope(slug), userId, request)) ?? notFound()
    refresh()
    return withdrawn.ok ? { ok: true, value: 'The offer is withdrawn.' } : withdrawn
  })
}

/** Accepts the ownership that was offered to whoever asks. */
export async function acceptOwnershipAction(slug: string, _: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: nothing }, async (_input, request) => {
    const accepted = (await acceptOwnership(await requireScope(slug), request)) ?? notFound()
    if (!accepted.ok) return accepted // the card stays, and says why
    refresh()
    return { ok: true, value: 'You own this account now.' }
  })
}

/** Declines the ownership that was offered to whoever asks. */
export async function declineOwnershipAction(slug: string, _: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: nothing }, async (_input, request) => {
    const declined = (await declineOwnership(await requireScope(slug), request)) ?? notFound()
    if (!declined.ok) return declined
    refresh()
    return { ok: true, value: 'You declined. Everything stays as it was.' }
  })
}
