/**
 * What a route handler accepts beyond what forms may send. It is declared in `route.policy.ts` next to the handler and listed
 * in `app/route-policies.ts`. `middleware.ts` and `handlerWithPolicy` both enforce it. Safe for the edge.
 */
export type RoutePolicy = {
  /**
   * How the handler authenticates its caller, which it must do itself. `signature` and `key` do not use cookies, so requests
   * from any origin are accepted. `session` requires a request from this origin.
   */
  authentication: 'signature' | 'key' | 'session'
  /** The maximum size of the body, whether or not it has a Content-Length. */
  maxBodyBytes: number
}

/** The policy of routes that declare none, which is what forms and server actions need. */
export const CLOSED_ROUTE: RoutePolicy = { authentication: 'session', maxBodyBytes: 64 * 1024 }

/** Next buffers request bodies for the middleware, up to this size. Routes below `STREAMED_ROUTES` skip the middleware. */
export const BUFFERED_BODY_MAX_BYTES = 1024 * 1024
export const STREAMED_ROUTES = '/api/uploads/'
