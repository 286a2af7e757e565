import 'server-only'
import { isIP } from 'node:net'
import { env } from './env'

const USER_AGENT_MAX_LENGTH = 512

/** Where a request came from, as far as it can be believed. */
export type Client = { ip: string | null; userAgent: string | null }

/**
 * Reads the client from request headers. The server writes the address of its peer at the end of X-Forwarded-For, and
 * each trusted proxy did so before it, so the client's address stands `TRUSTED_PROXIES` hops from the right; what is
 * further left is whatever the client chose to send (ASVS 4.1.3).
 */
export function clientOf(headers: Headers): Client {
  const hops = (headers.get('x-forwarded-for') ?? '').split(',').map((hop) => hop.trim().replace(/^::ffff:/i, ''))
  const ip = hops[hops.length - 1 - env().TRUSTED_PROXIES] ?? hops[0] ?? ''
  const userAgent = headers.get('user-agent')?.slice(0, USER_AGENT_MAX_LENGTH).toWellFormed().replaceAll('\0', '')
  return { ip: isIP(ip) ? ip : null, userAgent: userAgent || null }
}
