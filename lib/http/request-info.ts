import 'server-only'
import { isIP, isIPv4 } from 'node:net'
import { env } from '@/lib/platform/env'

const USER_AGENT_MAX_LENGTH = 512

/** Where a request came from, as far as it can be believed. */
export type RequestInfo = { ip: string | null; userAgent: string | null }

/**
 * Reads the request from request headers. The server writes the address of its peer at the end of X-Forwarded-For, and
 * each trusted proxy did so before it, so the request's address stands `TRUSTED_PROXIES` hops from the right; what is
 * further left is whatever the request chose to send (ASVS 4.1.3).
 */
export function requestInfo(headers: Headers): RequestInfo {
  const hops = (headers.get('x-forwarded-for') ?? '').split(',').map((hop) => hop.trim().replace(/^::ffff:/i, ''))
  const ip = hops[hops.length - 1 - env().TRUSTED_PROXIES] ?? hops[0] ?? ''
  const userAgent = headers.get('user-agent')?.slice(0, USER_AGENT_MAX_LENGTH).toWellFormed().replaceAll('\0', '')
  return { ip: isIP(ip) ? ip : null, userAgent: userAgent || null }
}

/**
 * What a request's address is counted as: an IPv4 address whole, an IPv6 address by its /64, which is what one subscriber is
 * given and can change within at will (ASVS 4.1.3).
 */
export function addressKey({ ip }: RequestInfo): string {
  if (!ip) return 'unknown'
  if (isIPv4(ip)) return ip
  const groups = groupsOf(ip)
  const [high = 0, low = 0] = groups.slice(6)
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (isMapped) return [high >> 8, high & 255, low >> 8, low & 255].join('.')
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`
}

/** The eight numbers of an IPv6 address, whichever way it is written. */
function groupsOf(ip: string): number[] {
  const written = new URL(`http://[${ip.replace(/%.*/, '')}]`).hostname.slice(1, -1) // one way for all, without the name of an interface
  const [head = '', tail] = written.split('::')
  const numbers = (part: string) => (part ? part.split(':').map((group) => Number.parseInt(group, 16)) : [])
  const [before, after] = [numbers(head), numbers(tail ?? '')]
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after]
}
