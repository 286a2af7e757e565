export const dynamic = 'force-dynamic'

/** Answers while the process runs, whatever the state of the database. */
export function GET(): Response {
  return Response.json({ status: 'ok' }, { headers: { 'cache-control': 'no-store' } })
}
