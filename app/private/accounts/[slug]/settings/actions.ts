'use server'

import { deleteAccount } from '@/lib/accounts/deletion'
import { renameAccount } from '@/lib/accounts/rename'
import { deleteAccountSchema, renameAccountSchema } from '@/lib/accounts/schema'
import { accountAction } from '@/lib/action'

export const renameAccountAction = accountAction(
  { schema: renameAccountSchema, permission: 'account.rename' },
  ({ scope, input, request }) => renameAccount(scope, input, request),
  'account-renamed',
)

/** Deletes the account, and goes to where it can be restored. */
export const deleteAccountAction = accountAction(
  { schema: deleteAccountSchema, permission: 'account.delete', recentAuth: true },
  ({ scope, input, request }) => deleteAccount(scope, input, request),
  () => ({ redirectTo: '/private', message: 'account-deleted' }),
)
