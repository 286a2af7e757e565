import { exportAccount } from '@/lib/accounts/export'
import { accountFile } from '@/lib/handler'

/** The account's data as a JSON file. */
export const GET = accountFile(
  { type: 'json', permission: 'account.export', section: 'settings' },
  ({ scope, request }) => exportAccount(scope, request),
  (slug) => slug,
)
