import { logDenial } from '@/lib/denials'
import { respondToDownload, sendAlone } from '@/lib/handler'
import { redirect } from '@/lib/http/redirect'
import { requestInfo } from '@/lib/http/request-info'
import { requireUser } from '@/lib/scope'
import { exportUser } from '@/lib/users/export'

/** The user's data as a JSON file. Without recent authentication it redirects to the page that asks for the password. */
export async function GET(request: Request): Promise<Response> {
  return respondToDownload(request, async () => {
    const scope = await requireUser()
    const info = requestInfo(request.headers)
    if (!scope.session.hasRecentAuth) {
      await logDenial({ reason: 'recent-auth', actor: scope.user.id, ip: info.ip })
      redirect('/private/settings/data')
    }
    return sendAlone([['user-export', { userId: scope.user.id }]], () => exportUser(scope, info), { type: 'json', name: 'my-data' })
  })
}
