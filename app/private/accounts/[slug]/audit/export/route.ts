import { notFound } from 'next/navigation'
import { exportEvents } from '@/lib/audit/export'
import { auditQuerySchema } from '@/lib/audit/schema'
import { download, unavailable } from '@/lib/http/download'
import { requestInfo } from '@/lib/http/request-info'
import { isDatabaseUnavailable } from '@/lib/platform/db-errors'
import { requireScope } from '@/lib/scope'

type Context = { params: Promise<{ slug: string }> }

/** What happened in the account, as a CSV file, with the filters of the page. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  try {
    const scope = await requireScope((await params).slug)
    const query = auditQuerySchema.parse(Object.fromEntries(new URL(request.url).searchParams))
    const pieces = (await exportEvents(scope, query, requestInfo(request.headers))) ?? notFound()
    return download(pieces, { type: 'csv', name: `${scope.account.slug}-audit` })
  } catch (error) {
    if (!isDatabaseUnavailable(error)) throw error
    return unavailable()
  }
}
