'use server'

import { userAction } from '@/lib/action'
import { message } from '@/lib/messages'
import { requestEmailChange } from '@/lib/users/email-change'
import { changeEmailSchema } from '@/lib/users/schema'

/** Requests a change of email, which the new email must confirm. */
export const changeEmailAction = userAction(
  { schema: changeEmailSchema, recentAuth: true },
  ({ scope, input, request }) => requestEmailChange(scope, input, request),
  ({ email }) => message('email-change-requested', { email }),
)
