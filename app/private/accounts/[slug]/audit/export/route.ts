import { exportEvents } from '@/lib/audit/export'
import { auditQuerySchema } from '@/lib/audit/schema'
import { accountFile } from '@/lib/handler'

/** The account's audit trail as a CSV file, with the filters of the page. */
export const GET = accountFile(
  { type: 'csv', permission: 'audit.export', section: 'audit' },
  ({ scope, query, request }) => exportEvents(scope, auditQuerySchema.parse(query), request),
  (slug) => `${slug}-audit`,
)
