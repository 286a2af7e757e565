'use server'

import { refresh } from 'next/cache'
import { z } from 'zod'
import { runForm } from '@/lib/action'
import type { FormState } from '@/lib/form'
import { requireUser, sendToLogin } from '@/lib/scope'
import { endOtherSession, endOtherSessions } from '@/lib/sessions/others'
import { sessionSchema } from '@/lib/sessions/schema'

/** Ends one of one's other sessions. */
export async function endSessionAction(_: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: sessionSchema }, async ({ handle }, request) => {
    const ended = await endOtherSession(await requireUser(), handle, request)
    if (!ended.ok) return ended // the row stays, and says why
    refresh()
    return { ok: true, value: `The session of ${ended.value} is ended.` }
  })
}

/** Ends all of one's sessions but this one. */
export async function endOtherSessionsAction(_: FormState, form: FormData): Promise<FormState> {
  return runForm(form, { schema: z.object({}), recentAuth: true }, async (_input, request, scope) => {
    const count = (await endOtherSessions(scope, request)) ?? (await sendToLogin())
    refresh()
    if (!count) return { ok: true, value: 'No other active sessions.' }
    return { ok: true, value: count === 1 ? 'One other session is ended.' : `${count} other sessions are ended.` }
  })
}
