import { redirect } from 'next/navigation'
import { download, unavailable } from '@/lib/http/download'
import { requestInfo } from '@/lib/http/request-info'
import { isDatabaseUnavailable } from '@/lib/platform/db-errors'
import { requireUser } from '@/lib/scope'
import { hasRecentAuth } from '@/lib/sessions/renewal'
import { exportUser } from '@/lib/users/export'

/** All that is kept about whoever asks, as one JSON file. Without a fresh proof it leads back to where one is asked for. */
export async function GET(request: Request): Promise<Response> {
  try {
    const scope = await requireUser()
    if (!(await hasRecentAuth(scope.session.id))) redirect('/private/settings/data')
    return download(await exportUser(scope, requestInfo(request.headers)), { type: 'json', name: 'my-data' })
  } catch (error) {
    if (!isDatabaseUnavailable(error)) throw error
    return unavailable()
  }
}
