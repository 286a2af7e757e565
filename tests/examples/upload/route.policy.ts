import type { RoutePolicy } from '@/lib/http/route-policy'

export const policy: RoutePolicy = { authentication: 'session', maxBodyBytes: 10 * 1024 * 1024 }
