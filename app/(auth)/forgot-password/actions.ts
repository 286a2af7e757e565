'use server'

import { publicAction } from '@/lib/action'
import { defer } from '@/lib/http/defer'
import { message } from '@/lib/messages'
import { requestPasswordReset } from '@/lib/users/password-reset'
import { forgotPasswordSchema } from '@/lib/users/schema'

export const forgotPasswordAction = publicAction(
  { schema: forgotPasswordSchema, limit: 'password-reset' },
  ({ input, request }) => requestPasswordReset(input, { request, defer }),
  ({ email }) => message('password-reset-requested', { email }),
)
