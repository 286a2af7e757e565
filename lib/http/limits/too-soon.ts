import type { LimitName } from './table'

/** A limit is reached. What was asked for was not done, and can be asked for again later. */
export class RateLimited extends Error {
  override name = 'RateLimited'

  /** @param retryAfterSeconds after which it is worth trying again, one or more */
  constructor(
    readonly limit: LimitName,
    readonly retryAfterSeconds: number,
  ) {
    super(`The limit ${limit} is reached`)
  }
}
