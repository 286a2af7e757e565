import { notFound } from 'next/navigation'
import { exportAccount } from '@/lib/accounts/export'
import { clientOf } from '@/lib/client'
import { isDatabaseAway } from '@/lib/database-away'
import { jsonDownload } from '@/lib/download'
import { requireScope } from '@/lib/scope'

const RETRY_AFTER_SECONDS = 5

type Context = { params: Promise<{ slug: string }> }

/** All that the account holds, as one JSON file. What fails on the way breaks the download off, and never ends it as if whole. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  try {
    const scope = await requireScope((await params).slug)
    const pieces = (await exportAccount(scope, clientOf(request.headers))) ?? notFound()
    return jsonDownload(pieces, scope.account.slug) // a slug is a-z, 0-9 and hyphens
  } catch (error) {
    if (!isDatabaseAway(error)) throw error
    return new Response(null, { status: 503, headers: { 'retry-after': String(RETRY_AFTER_SECONDS) } })
  }
}
