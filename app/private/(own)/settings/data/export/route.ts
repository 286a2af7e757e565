import { redirect } from 'next/navigation'
import { whileAvailable } from '@/lib/handler'
import { download } from '@/lib/http/download'
import { requestInfo } from '@/lib/http/request-info'
import { requireUser } from '@/lib/scope'
import { exportUser } from '@/lib/users/export'

/** The user's data as a JSON file. Without recent authentication it redirects to the page that asks for the password. */
export async function GET(request: Request): Promise<Response> {
  return whileAvailable(async () => {
    const scope = await requireUser()
    if (!scope.session.hasRecentAuth) redirect('/private/settings/data')
    return download(await exportUser(scope, requestInfo(request.headers)), { type: 'json', name: 'my-data' })
  })
}
