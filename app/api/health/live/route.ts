export const dynamic = 'force-dynamic'

/** Answers 200 while the process runs, even if the database is unavailable. */
export function GET(): Response {
  return Response.json({ status: 'ok' }, { headers: { 'cache-control': 'no-store' } })
}
