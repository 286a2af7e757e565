let origin: string | undefined

/**
 * Returns the canonical origin, which `lib/platform/env.ts` validates at startup. It does not use the settings' schema, so that the
 * middleware, which runs before every page, stays small. Safe for the edge.
 */
export function appOrigin(): string {
  origin ??= originOf(process.env.APP_URL, process.env.PORT)
  return origin
}

/** Returns the origin of `APP_URL`, or the one of development if it is not set. */
export function originOf(appUrl: string | undefined, port: string | number | undefined): string {
  return appUrl ? new URL(appUrl).origin : `http://localhost:${port || 3000}`
}
