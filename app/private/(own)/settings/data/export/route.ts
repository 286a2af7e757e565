import { redirect } from 'next/navigation'
import { clientOf } from '@/lib/client'
import { isDatabaseAway } from '@/lib/database-away'
import { jsonDownload } from '@/lib/download'
import { requireUser } from '@/lib/scope'
import { isProven } from '@/lib/sessions/renewal'
import { exportUser } from '@/lib/users/export'

const RETRY_AFTER_SECONDS = 5

/** All that is kept about whoever asks, as one JSON file. Without a fresh proof it leads back to where one is asked for. */
export async function GET(request: Request): Promise<Response> {
  try {
    const scope = await requireUser()
    if (!(await isProven(scope.session.id))) redirect('/private/settings/data')
    return jsonDownload(await exportUser(scope, clientOf(request.headers)), 'my-data')
  } catch (error) {
    if (!isDatabaseAway(error)) throw error
    return new Response(null, { status: 503, headers: { 'retry-after': String(RETRY_AFTER_SECONDS) } })
  }
}
