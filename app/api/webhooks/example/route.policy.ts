import type { RoutePolicy } from '@/lib/http/route-policy'

export const policy: RoutePolicy = { authentication: 'signature', maxBodyBytes: 256 * 1024 }
