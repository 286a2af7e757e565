import type { Outcome } from '@/lib/outcome'

/** Returns the value of a success. @throws if the outcome is a refusal, which it names */
export function unwrap<T>(outcome: Outcome<T>): T {
  if (outcome.status !== 'ok') throw new Error(`Refused: ${JSON.stringify(outcome)}`)
  return outcome.value
}
