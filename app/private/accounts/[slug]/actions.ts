'use server'

import { accountAction } from '@/lib/action'
import { emptySchema } from '@/lib/form'
import { dismissSetup } from '@/lib/overview/setup'

/** Hides the setup checklist from the caller. */
export const dismissSetupAction = accountAction(
  { schema: emptySchema, permission: 'account.view' },
  ({ scope }) => dismissSetup(scope),
  'setup-dismissed',
)
