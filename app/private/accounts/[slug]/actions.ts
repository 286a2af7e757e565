'use server'

import { accountAction } from '@/lib/action'
import { dismissSetup } from '@/lib/overview/setup'
import { emptySchema } from '@/lib/validation'

/** Hides the setup checklist from the caller. */
export const dismissSetupAction = accountAction(
  { schema: emptySchema, permission: 'account.view' },
  ({ scope }) => dismissSetup(scope),
  'setup-dismissed',
)
