'use server'

import { accountAction } from '@/lib/action'
import { emptySchema } from '@/lib/form'
import { ok } from '@/lib/outcome'
import { refuse } from '@/lib/policy'

/** Requires recent auth before the download: the file itself is a link, and a link can't ask for a password. */
export const prepareAuditExportAction = accountAction(
  { schema: emptySchema, permission: 'audit.export' },
  async ({ scope }) => refuse(scope, 'audit.export') ?? ok(null),
  'data-ready',
)
