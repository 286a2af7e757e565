import 'server-only'
import { isIP, isIPv4 } from 'node:net'
import { env } from '@/lib/platform/env'
import { log } from '@/lib/platform/log'

const USER_AGENT_MAX_LENGTH = 512
const WARN_EVERY_MS = 60_000

/** The client of a request. `ip` is null if it is unknown. */
export type RequestInfo = { ip: string | null; userAgent: string | null }

/**
 * Reads the client's address and browser from the headers. Each trusted proxy and the server append the address of their peer to
 * X-Forwarded-For, so the client's is `TRUSTED_PROXIES` places from the end. The client can forge everything before it (ASVS
 * 4.1.3). With fewer addresses than trusted proxies, `ip` is null.
 */
export function requestInfo(headers: Headers): RequestInfo {
  const userAgent = headers.get('user-agent')?.slice(0, USER_AGENT_MAX_LENGTH).toWellFormed().replaceAll('\0', '')
  return { ip: addressIn(headers.get('x-forwarded-for') ?? ''), userAgent: userAgent || null }
}

/** Returns the client's address in X-Forwarded-For, as {@link requestInfo} does. */
export function addressIn(forwardedFor: string): string | null {
  const hops = forwardedFor.split(',')
  const ip = hops[hops.length - 1 - env().TRUSTED_PROXIES]?.trim().replace(/^::ffff:/i, '')
  if (ip === undefined) warnOfMissingProxies(hops.length - 1)
  return ip && isIP(ip) ? ip : null
}

let warnedAt = Number.NEGATIVE_INFINITY

/** Logs once a minute that requests pass fewer proxies than `TRUSTED_PROXIES`, so that all clients share the limits by address. */
function warnOfMissingProxies(arrived: number): void {
  const now = performance.now()
  if (now - warnedAt < WARN_EVERY_MS) return
  warnedAt = now
  const expected = env().TRUSTED_PROXIES
  log().error(
    { kind: 'proxies.missing', expected, arrived },
    'TRUSTED_PROXIES is higher than the number of proxies: no client address is known',
  )
}

/**
 * Returns what to count a client by: a whole IPv4 address, or the /64 of an IPv6 address. One subscriber usually gets a /64
 * and can use any address in it (ASVS 4.1.3).
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

/** Returns the eight groups of an IPv6 address, in any notation. */
function groupsOf(ip: string): number[] {
  const normalized = new URL(`http://[${ip.replace(/%.*/, '')}]`).hostname.slice(1, -1) // without a zone, such as `%eth0`
  const [head = '', tail] = normalized.split('::')
  const numbers = (part: string) => (part ? part.split(':').map((group) => Number.parseInt(group, 16)) : [])
  const [before, after] = [numbers(head), numbers(tail ?? '')]
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after]
}
