'use server'

import { userAction } from '@/lib/action'
import { forgetBrowser } from '@/lib/factors/browsers'
import { browserSchema } from '@/lib/factors/schema'
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

/** Asks for a second factor in a browser again. */
export const forgetBrowserAction = userAction(
  { schema: browserSchema },
  ({ scope, input: { handle }, request }) => forgetBrowser(scope, handle, request),
  ({ device }) => message('browser-forgotten', { device }),
)
