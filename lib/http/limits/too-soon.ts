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

/** The sentence for a person who has to wait: in whole seconds, minutes or hours, never too short. */
export function rateLimitMessage(retryAfterSeconds: number): string {
  return `Too many tries. Try again in ${inWords(retryAfterSeconds)}.`
}

function inWords(seconds: number): string {
  if (seconds < 60) return counted(Math.max(1, Math.ceil(seconds)), 'second')
  if (seconds <= 60 * 60) return counted(Math.ceil(seconds / 60), 'minute')
  return counted(Math.ceil(seconds / (60 * 60)), 'hour')
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
