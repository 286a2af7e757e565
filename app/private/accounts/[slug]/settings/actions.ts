'use server'

import { deleteAccount } from '@/lib/accounts/deletion'
import { renameAccount } from '@/lib/accounts/rename'
import { deleteAccountSchema, renameAccountSchema } from '@/lib/accounts/schema'
import { accountAction } from '@/lib/action'
import { ok } from '@/lib/outcome'
import { refuse } from '@/lib/policy'
import { emptySchema } from '@/lib/validation'

export const renameAccountAction = accountAction(
  { schema: renameAccountSchema, permission: 'account.rename' },
  ({ scope, input, request }) => renameAccount(scope, input, request),
  'account-renamed',
)

/** Deletes the account, and redirects to the page where it can be restored. */
export const deleteAccountAction = accountAction(
  { schema: deleteAccountSchema, permission: 'account.delete' },
  ({ scope, input, request }) => deleteAccount(scope, input, request),
  () => ({ redirectTo: '/private', message: 'account-deleted' }),
)

/** Requires recent auth before the download: the file itself is a link, and a link can't ask for a password. */
export const prepareExportAction = accountAction(
  { schema: emptySchema, permission: 'account.export' },
  async ({ scope }) => refuse(scope, 'account.export') ?? ok(null),
  'data-ready',
)
