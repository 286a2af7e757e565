import { asSuperuser } from './database'

/** Sets counters to expire in `inMs` milliseconds, as if time had passed. @param like a part of their keys */
export async function endLimits(like: string, inMs: number): Promise<void> {
  await asSuperuser(
    `UPDATE limits SET expire = floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint + $2 WHERE key LIKE '%' || $1 || '%'`,
    [like, inMs],
  )
}
