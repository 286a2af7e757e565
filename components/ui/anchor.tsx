import type { ComponentProps } from 'react'
import type { Route } from '@/lib/http/paths'

/**
 * A plain `<a>` whose path is checked when it compiles. The linter refuses `<a>` elsewhere, because React lets it have any path.
 * In the private shell it opens its page in place, as architecture.md says.
 */
export function Anchor(props: ComponentProps<'a'> & { href: Route }) {
  // biome-ignore lint/correctness/noRestrictedElements: the one place
  return <a {...props} />
}
