import type { Route } from '@/lib/http/paths'
import type { Message } from './messages'

// The result of a domain function that can refuse. Safe for the browser.

export type Outcome<T> = Ok<T> | Refusal

export type Ok<T> = { status: 'ok'; value: T }

export type Refusal =
  /** the input is invalid; `fields` has a message for each wrong field */
  | { status: 'invalid'; fields: Partial<Record<string, Message>> }
  /** the scope contains no such row */
  | { status: 'not-found' }
  /** the caller may not do this: their role does not allow it, or their session has ended */
  | { status: 'forbidden' }
  /**
   * the caller may do this once they have entered their password again. `verifyPath` is the account's verification page, if its
   * policy requires the password
   */
  | { status: 'recent-auth'; verifyPath?: Route }
  /** the caller's session does not meet the account's policy; `verifyPath` is the account's verification page */
  | { status: 'unmet'; verifyPath: Route }
  /** the input is valid, but the current state does not allow it. A reached `limit` has its name here, and is logged */
  | { status: 'conflict'; message: Message; limit?: string }
  | { status: 'limited'; retryAfterSeconds: number }
  | { status: 'unavailable'; cause: 'database' | 'hashing' }

export const notFound = { status: 'not-found' } as const satisfies Refusal
export const forbidden = { status: 'forbidden' } as const satisfies Refusal
export const recentAuth = { status: 'recent-auth' } as const satisfies Refusal

/** The properties of each refusal besides its status. */
const PROPERTIES: Record<Refusal['status'], string[]> = {
  invalid: ['fields'],
  'not-found': [],
  forbidden: [],
  'recent-auth': ['verifyPath'],
  unmet: ['verifyPath'],
  conflict: ['message', 'limit'],
  limited: ['retryAfterSeconds'],
  unavailable: ['cause'],
}

/** Returns whether a value is a refusal, and not a success, or a row that also has a status. */
export function isRefusal(value: unknown): value is Refusal {
  if (typeof value !== 'object' || value === null || !('status' in value)) return false
  const { status, ...properties } = value
  const known = Object.entries(PROPERTIES).find(([name]) => name === status)?.[1]
  return known !== undefined && Object.keys(properties).every((name) => known.includes(name))
}

/** Returns the outcome of a success. */
export function ok<T>(value: T): Ok<T> {
  return { status: 'ok', value }
}

/** Returns the refusal of invalid input, with a message for each wrong field. */
export function invalid(fields: Partial<Record<string, Message>>) {
  return { status: 'invalid', fields } as const satisfies Refusal
}

/** Returns the refusal of valid input that the current state does not allow. */
export function conflict(message: Message) {
  return { status: 'conflict', message } as const satisfies Refusal
}

/** Returns the refusal of valid input that would exceed a limit, with its own message. */
export function limitReached(limit: string, message: Message) {
  return { status: 'conflict', message, limit } as const satisfies Refusal
}
