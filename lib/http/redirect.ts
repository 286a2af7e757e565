import 'server-only'
// biome-ignore lint/style/noRestrictedImports: the one place
import { redirect as redirectTo } from 'next/navigation'
import type { Route } from './paths'

/** Redirects as Next does, to a {@link Route}. Next's own type takes every path below `/private`. */
export function redirect(path: Route): never {
  redirectTo(path)
}
