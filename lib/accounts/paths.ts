// Safe for the browser.

import { type Page, pagePath, type Route, type ValuesOf } from '@/lib/http/paths'

/** A page of an account by its folder below the account's, such as `members/[userId]`; an empty one is the overview. */
export type AccountPage = Page extends infer P ? (P extends `/private/accounts/[slug]/${infer Below}` ? Below : never) : never

/** A page of an account that is a section, such as `members`. */
export type AccountSection = Exclude<AccountPage, `${string}/${string}` | `[${string}`> | ''

/** Returns the path of a page of an account: `sectionPath(slug, 'members/[userId]', userId)`. */
export function sectionPath<P extends AccountPage | ''>(slug: string, page: P, ...values: ValuesOf<P>): Route {
  const path: Page = page === '' ? '/private/accounts/[slug]' : `/private/accounts/[slug]/${page as AccountPage}`
  return pagePath<Page>(path, ...([slug, ...values] as never))
}

/** Returns the path of a page that a resource declares below its section: a row's id, or the `path` of its form. */
export function pathBelow(slug: string, section: AccountSection, page: string): Route {
  return `${sectionPath(slug, section)}/${page}` as Route
}
