import 'server-only'
import { createHmac, hkdfSync } from 'node:crypto'
import { addressKey, type RequestInfo } from '@/lib/http/request-info'
import { env } from '@/lib/platform/env'
import type { CountedBy, LimitName } from './table'

/** The subjects of an attempt, such as its user. Pass every subject that `LIMITS` lists for the limit. */
export type LimitSubject = {
  request?: RequestInfo
  email?: string
  userId?: string
  accountId?: string
  device?: string
  content?: string
  sessionId?: string
}

/**
 * Returns the key of a counter. It contains a keyed hash of an email address, so the table does not reveal which addresses
 * were tried.
 * @param by the email address in lower case; a device and a session by the id in its cookie
 * @throws Error if `by` lacks a subject of the limit, because an attempt that is not counted is not limited
 */
export function keyOf(limit: LimitName, counted: CountedBy, by: LimitSubject): string {
  const key = KEYS[counted](by)
  if (key === undefined) throw new Error(`The limit ${limit} is counted by ${counted}, and none was given`)
  return key
}

const KEYS: Record<CountedBy, (by: LimitSubject) => string | undefined> = {
  address: ({ request }) => request && addressKey(request),
  email: ({ email }) => hash(email),
  pair: ({ request, email }) => (request && email !== undefined ? `${hash(email)}@${addressKey(request)}` : undefined),
  device: ({ device, email }) => (device !== undefined && email !== undefined ? hash(`${device} ${email}`) : undefined),
  content: ({ content, email }) => (content !== undefined && email !== undefined ? hash(`${content} ${email}`) : undefined),
  session: ({ sessionId }) => hash(sessionId),
  user: ({ userId }) => userId,
  account: ({ accountId }) => accountId,
}

function hash(text: string | undefined): string | undefined {
  const [secret = ''] = env().AUTH_SECRET
  hashKey ??= Buffer.from(hkdfSync('sha256', secret, '', 'atrium: keys of limits', 32))
  return text === undefined ? undefined : createHmac('sha256', hashKey).update(text).digest('base64url')
}

let hashKey: Buffer | undefined
