'use server'

import { userAction } from '@/lib/action'
import { message } from '@/lib/messages'
import { endOtherSession, endOtherSessions } from '@/lib/sessions/others'
import { sessionSchema } from '@/lib/sessions/schema'
import { emptySchema } from '@/lib/validation'

export const endSessionAction = userAction(
  { schema: sessionSchema, recentAuth: true },
  ({ scope, input: { handle }, request }) => endOtherSession(scope, handle, request),
  ({ device }) => message('session-ended', { device }),
)

/** Ends all sessions of the user but this one. */
export const endOtherSessionsAction = userAction(
  { schema: emptySchema, recentAuth: true },
  ({ scope, request }) => endOtherSessions(scope, request),
  ({ count }) => message('sessions-ended', { count }),
)
