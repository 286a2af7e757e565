import { redirect } from 'next/navigation'
import { respondToDownload, sendAlone } from '@/lib/handler'
import { requestInfo } from '@/lib/http/request-info'
import { requireUser } from '@/lib/scope'
import { exportUser } from '@/lib/users/export'

/** The user's data as a JSON file. Without recent authentication it redirects to the page that asks for the password. */
export async function GET(request: Request): Promise<Response> {
  return respondToDownload(request, async () => {
    const scope = await requireUser()
    if (!scope.session.hasRecentAuth) redirect('/private/settings/data')
    const read = () => exportUser(scope, requestInfo(request.headers))
    return sendAlone('user-export', { userId: scope.user.id }, read, { type: 'json', name: 'my-data' })
  })
}
