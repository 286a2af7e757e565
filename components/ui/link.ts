// biome-ignore lint/style/noRestrictedImports: the one place
import NextLink, { type LinkProps } from 'next/link'
import type { ComponentProps, ReactNode } from 'react'
import type { Route } from '@/lib/http/paths'

/**
 * The link of Next, for the pages outside the private shell. Its own type takes every path below `/private`, because the
 * pages for unknown paths match them all.
 */
export const Link = NextLink as (
  props: Omit<ComponentProps<'a'>, 'href'> & Pick<LinkProps<Route>, 'prefetch'> & { href: Route },
) => ReactNode
