import type { Route } from 'next'
import type { ReactNode } from 'react'
import { Anchor } from '@/components/ui/anchor'

/**
 * A button that opens a list of links and buttons. A native popover: it opens, closes on Escape or a click outside, and returns
 * the focus without JavaScript. With it, arrow keys move, and the shell closes it after a click on an item.
 * @param of unique on the page, such as the row's id: `useId` repeats itself when only a part of the page is rendered again
 * @param label the accessible name of the button, such as `Actions for Bridge`
 * @param button what the button shows; three dots if missing
 * @param opener the button's class names, if it is not a square with an icon
 * @param panel the class names of what it opens, such as another width or position
 */
export function Menu({
  of,
  label,
  button,
  opener,
  panel = '',
  children,
}: {
  of: string
  label: string
  button?: ReactNode
  opener?: string
  panel?: string
  children: ReactNode
}) {
  const id = `menu-${of}`
  return (
    <>
      <button type="button" popoverTarget={id} aria-label={label} className={opener ?? 'menu-dots'}>
        {button}
      </button>
      <div id={id} popover="auto" className={`menu-panel ${panel}`.trim()}>
        {children}
      </div>
    </>
  )
}

/** A link in a {@link Menu}. */
export function MenuLink({ href, icon, children }: { href: Route; icon?: ReactNode; children: ReactNode }) {
  return (
    <Anchor href={href} className="menu-item">
      {icon}
      {children}
    </Anchor>
  )
}

/** The class names of a button in a {@link Menu}, such as the submit button of a form. */
export const MENU_ITEM = 'menu-item'
