// Without zod, so that the middleware, which uses one of these, stays small. Safe for the edge.

const MINUTE_MS = 60 * 1000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** How long a session lasts without use, and at most (ASVS 7.3.1, 7.3.2). */
export const SESSION_LIFETIMES = {
  browser: { idleMs: 12 * HOUR_MS, absoluteMs: 7 * DAY_MS },
  remembered: { idleMs: 14 * DAY_MS, absoluteMs: 60 * DAY_MS },
}

/** The minimum time between two updates of a session's last use. The SQL function scope_of has the same value. */
export const TOUCH_INTERVAL_MS = 5 * MINUTE_MS

/** How long after the password was entered sensitive actions do not ask for it again (ASVS 7.5.1). */
export const RECENT_AUTH_MS = 10 * MINUTE_MS
