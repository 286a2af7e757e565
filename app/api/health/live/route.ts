export const dynamic = 'force-dynamic'

/** Whether the process answers. Says nothing of what stands behind it. */
export function GET(): Response {
  return Response.json({ status: 'ok' }, { headers: { 'cache-control': 'no-store' } })
}
