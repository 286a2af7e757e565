'use server'

import { redirect } from 'next/navigation'
import { runForm } from '@/lib/action'
import { type FormState, refuse } from '@/lib/form'
import { openPath } from '@/lib/http/link-paths'
import { clearLinkToken, readShownToken, setLinkToken } from '@/lib/http/link-token-cookie'
import { undoEmailChange } from '@/lib/users/email-undo'
import { EMAIL_LINK_DEAD, linkSchema } from '@/lib/users/schema'

/** Keeps the old address, and goes on to choose a new password. */
export async function restoreEmailAction(_: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: linkSchema }, async ({ link }, request) => {
    const token = await readShownToken('restore-email', link)
    if (!token) return refuse(EMAIL_LINK_DEAD)
    const kept = await undoEmailChange(token, request)
    if (!kept.ok) return kept
    await clearLinkToken('restore-email')
    await setLinkToken('reset-password', kept.value.resetToken)
    redirect(`${openPath('reset-password')}?kept=yes`)
  })
}
