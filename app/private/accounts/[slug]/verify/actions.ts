'use server'

import { verifyPasswordSchema } from '@/lib/account-policies/schema'
import { userAction } from '@/lib/action'
import { RECENT_AUTH_FIELD } from '@/lib/form'
import { invalid } from '@/lib/outcome'
import { authenticateAgain } from '@/lib/recent-auth'

/** Checks the password again, however recently the user entered it, and leads back to the page of the account. */
export const verifyPasswordAction = userAction(
  { schema: verifyPasswordSchema, secrets: ['password'] },
  async ({ scope, input: { password }, request }) => {
    const renewed = await authenticateAgain(scope, password, request)
    return renewed.status === 'invalid' ? invalid({ password: renewed.fields[RECENT_AUTH_FIELD] ?? 'password-incorrect' }) : renewed
  },
  (_, { input }) => ({ redirectTo: input.callbackUrl }),
)
