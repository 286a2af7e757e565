import type { RoutePolicy } from '@/lib/http/route-policy'

export const policy: RoutePolicy = { authentication: 'key', maxBodyBytes: 1024 }
