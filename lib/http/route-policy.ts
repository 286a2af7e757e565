/**
 * What a route handler accepts that a form may not send. It is declared in `route.policy.ts` beside the handler, listed in
 * `app/route-policies.ts`, and enforced by `middleware.ts` and again by `handlerWithPolicy`. Safe for the edge.
 */
export type RoutePolicy = {
  /**
   * How the handler authenticates its caller. It must do so itself.
   * `signature` and `key` need no cookie, so requests from any origin are accepted. `session` still requires this origin.
   */
  authentication: 'signature' | 'key' | 'session'
  /** The size of the largest body, sent with or without a Content-Length. */
  maxBodyBytes: number
}

/** The policy of every route that declares none: what forms and server actions need. */
export const CLOSED_ROUTE: RoutePolicy = { authentication: 'session', maxBodyBytes: 64 * 1024 }

/** Next buffers the body of a request for the middleware, and cuts it off here. Routes below `STREAMED_ROUTES` skip both. */
export const BUFFERED_BODY_MAX_BYTES = 1024 * 1024
export const STREAMED_ROUTES = '/api/uploads/'
