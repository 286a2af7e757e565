import { CLOSED_ROUTE, type RoutePolicy } from '@/lib/http/route-policy'
import { policy as runJobs } from './api/jobs/run/route.policy'
import { policy as exampleWebhook } from './api/webhooks/example/route.policy'

/** The policies of route handlers, by path. Safe for the edge: a `route.policy.ts` imports only types. */
export const ROUTE_POLICIES: Record<string, RoutePolicy> = {
  '/api/jobs/run': runJobs,
  '/api/webhooks/example': exampleWebhook,
}

/** Returns the policy of the route at a path, which is `CLOSED_ROUTE` unless the route declares another. */
export function policyOf(pathname: string): RoutePolicy {
  return Object.hasOwn(ROUTE_POLICIES, pathname) ? (ROUTE_POLICIES[pathname] ?? CLOSED_ROUTE) : CLOSED_ROUTE
}
