import type { LimitName } from './table'

/** A rate limit is exceeded. Nothing was done, and the request can be repeated later. */
export class RateLimited extends Error {
  override name = 'RateLimited'

  /** @param retryAfterSeconds until the next attempt can succeed, at least 1 */
  constructor(
    readonly limit: LimitName,
    readonly retryAfterSeconds: number,
  ) {
    super(`The limit ${limit} is exceeded`)
  }
}
