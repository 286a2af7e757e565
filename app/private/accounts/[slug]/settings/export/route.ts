import { notFound } from 'next/navigation'
import { exportAccount } from '@/lib/accounts/export'
import { download, unavailable } from '@/lib/http/download'
import { requestInfo } from '@/lib/http/request-info'
import { isDatabaseUnavailable } from '@/lib/platform/db-errors'
import { requireScope } from '@/lib/scope'

type Context = { params: Promise<{ slug: string }> }

/** All that the account holds, as one JSON file. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  try {
    const scope = await requireScope((await params).slug)
    const pieces = (await exportAccount(scope, requestInfo(request.headers))) ?? notFound()
    return download(pieces, { type: 'json', name: scope.account.slug }) // a slug is a-z, 0-9 and hyphens
  } catch (error) {
    if (!isDatabaseUnavailable(error)) throw error
    return unavailable()
  }
}
