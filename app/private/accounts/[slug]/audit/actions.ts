'use server'

import { accountAction } from '@/lib/action'
import { ok } from '@/lib/outcome'
import { refuse } from '@/lib/policy'
import { emptySchema } from '@/lib/validation'

/** Requires recent auth before the download: the file itself is a link, and a link can't ask for a password. */
export const prepareAuditExportAction = accountAction(
  { schema: emptySchema, permission: 'audit.export' },
  async ({ scope }) => refuse(scope, 'audit.export') ?? ok(null),
  'data-ready',
)
