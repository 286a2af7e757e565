import 'server-only'
import { readFileSync } from 'node:fs'
import path from 'node:path'

/** Returns the route of a path, such as `/private/accounts/[slug]/members`, or nothing if the app has no such route. */
export type FindRoute = (pathname: string) => string | undefined

/** The list of routes that `next build` writes, in the order in which Next tries them. */
type Manifest = Record<'staticRoutes' | 'dynamicRoutes', { page: string; regex: string }[]>

/** Reads the routes of the production build. `next dev` has no list of them, so there every path is without a route. */
export function readRoutes(): FindRoute {
  try {
    return findRouteIn(JSON.parse(readFileSync(path.join(process.cwd(), '.next', 'routes-manifest.json'), 'utf8')))
  } catch {
    return () => undefined
  }
}

/** Returns a function that finds the route of a path in such a list. */
export function findRouteIn({ staticRoutes, dynamicRoutes }: Manifest): FindRoute {
  const fixed = new Set(staticRoutes.map(({ page }) => page))
  const patterns = dynamicRoutes.map(({ page, regex }) => ({ page, pattern: new RegExp(regex) }))
  return (pathname) => {
    if (pathname.startsWith('/_next/')) return '/_next'
    return fixed.has(pathname) ? pathname : patterns.find(({ pattern }) => pattern.test(pathname))?.page
  }
}
