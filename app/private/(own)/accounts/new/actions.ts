'use server'

import { createOwnAccount } from '@/lib/accounts/accounts'
import { sectionPath } from '@/lib/accounts/paths'
import { newAccountSchema } from '@/lib/accounts/schema'
import { userAction } from '@/lib/action'

export const createAccountAction = userAction(
  { schema: newAccountSchema },
  ({ scope, input, request }) => createOwnAccount(scope, input, request),
  ({ slug }) => ({ redirectTo: sectionPath(slug, ''), message: 'account-created' }),
)
