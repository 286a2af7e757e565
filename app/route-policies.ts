import { CLOSED_ROUTE, type RoutePolicy } from '@/lib/http/route-policy'
import { policy as exampleWebhook } from './api/webhooks/example/route.policy'

/** Every route handler with a policy, by its path. Safe for the edge: a `route.policy.ts` imports nothing but types. */
export const ROUTE_POLICIES: Record<string, RoutePolicy> = {
  '/api/webhooks/example': exampleWebhook,
}

/** Returns the policy of the route at a path: the closed one unless the route declares another. */
export function policyOf(pathname: string): RoutePolicy {
  return Object.hasOwn(ROUTE_POLICIES, pathname) ? (ROUTE_POLICIES[pathname] ?? CLOSED_ROUTE) : CLOSED_ROUTE
}
