import type { ReactNode } from 'react'
import type { Route } from '@/lib/http/paths'

/**
 * The menu of all rows of a list, which the page has once. A row's {@link RowMenuLink} opens it, and the shell's script fills in
 * the row: each link leads to the row's page and its `to`, and a button named `id` submits the last segment of that page's path.
 */
export function RowMenu({ children }: { children: ReactNode }) {
  return (
    <div id="row-menu" popover="auto" className="menu-panel">
      {children}
    </div>
  )
}

/** A link in a {@link RowMenu}. @param to what to append to the path of the row's page @param act its name in `acts` */
export function RowMenuItem({ to, act, children }: { to: string; act?: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useValidAnchor: the script sets the address when the menu opens
    <a data-to={to} data-act={act} className="menu-item">
      {children}
    </a>
  )
}

/**
 * The three dots at a row's end. Without JavaScript, they lead to the row's page, which has the same actions.
 * @param of the row, for the accessible name
 * @param acts which items with an `act` the menu has for this row
 */
export function RowMenuLink({ href, of, acts = '' }: { href: Route; of: string; acts?: string }) {
  // biome-ignore lint/a11y/useAnchorContent: the label is its name
  return <a href={href} data-menu={acts} aria-label={`Actions for ${of}`} className="menu-dots" />
}
