import { redirect } from 'next/navigation'
import { clientOf } from '@/lib/http/request-info'
import { isDatabaseAway } from '@/lib/platform/db-errors'
import { download, unavailable } from '@/lib/http/download'
import { requireUser } from '@/lib/scope'
import { isProven } from '@/lib/sessions/renewal'
import { exportUser } from '@/lib/users/export'

/** All that is kept about whoever asks, as one JSON file. Without a fresh proof it leads back to where one is asked for. */
export async function GET(request: Request): Promise<Response> {
  try {
    const scope = await requireUser()
    if (!(await isProven(scope.session.id))) redirect('/private/settings/data')
    return download(await exportUser(scope, clientOf(request.headers)), { type: 'json', name: 'my-data' })
  } catch (error) {
    if (!isDatabaseAway(error)) throw error
    return unavailable()
  }
}
