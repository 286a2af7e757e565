'use client'

import { Brand } from '@/components/brand'
import { Anchor } from '@/components/ui/anchor'
import { type AccountSection, sectionPath } from '@/lib/accounts/paths'
import type { ClientView } from '@/lib/client-view'
import type { PlainAction } from '@/lib/form'
import type { Route } from '@/lib/http/paths'
import type { Theme } from '@/lib/http/theme'
import * as labels from '@/lib/labels/private'
import { type AccountLinkView, AccountSwitcher } from './account-switcher'
import { isCurrent } from './current'
import { UserMenu } from './user-menu'

/** A section of the account. `roles`: those that may open it, separated by spaces */
export type SectionView = ClientView<{ title: string; segment: AccountSection; icon: string; roles: string }>

/** What the navigation shows. A client component gets it, so that the payload has no markup of the navigation. */
export type RailView = ClientView<{
  path: string
  isMac: boolean
  theme: Theme
  email: string
  name: string | null
  accountName: string | undefined
  accountSlug: string | undefined
}>

type Props = {
  view: RailView
  sections: SectionView[]
  accounts: AccountLinkView[]
  actions: { signOut: PlainAction; setTheme: PlainAction }
}

/**
 * The private navigation: accounts, sections, and the user. On wide screens, it is next to the page. On narrow ones, the same
 * element is a popover, which opens without JavaScript.
 */
export function Rail({ view, sections, accounts, actions }: Props) {
  const { path, isMac, accountName, accountSlug = '' } = view
  const links = sections.map((section) => ({
    ...section,
    href: sectionPath(accountSlug, section.segment),
    isExact: section.segment === '',
  }))
  const here = links.find(({ href, isExact }) => isCurrent(path, href, isExact))
  return (
    <>
      <header className="sticky top-0 z-10 flex items-center gap-2 border-b border-line bg-surface px-2 py-1 md:hidden">
        <button
          type="button"
          popoverTarget="rail"
          aria-label={labels.menu}
          className="inline-flex size-control items-center justify-center rounded-control hover:bg-surface-sunken"
        >
          <span className="icon-menu" />
        </button>
        <Brand />
        <p className="min-w-0 flex-1 truncate pr-2 text-right text-small text-ink-soft">{accountName}</p>
      </header>
      <aside id="rail" popover="auto" aria-label={labels.navigation} className="rail">
        <div className="px-3">
          <Brand />
        </div>
        <AccountSwitcher accounts={accounts} name={accountName} slug={accountSlug} section={here} />
        <button type="button" data-opens="palette" className="scripted rail-link border border-line bg-surface text-ink-soft">
          <span className="icon-search" />
          <span className="flex-1 text-left">Search…</span>
          <kbd className="font-sans text-meta pointer-coarse:hidden">{isMac ? '⌘K' : 'Ctrl K'}</kbd>
        </button>
        <nav aria-label="Main" className="-mx-1 min-h-0 flex-1 overflow-y-auto p-1">
          {links.length ? (
            <ul aria-label={labels.inThisAccount} className="mb-2 grid grid-cols-1 gap-0.5 border-b border-line pb-2">
              {links.map(({ title, segment, href, icon, isExact, roles }) => (
                <RailLink key={segment} path={path} href={href} isExact={isExact} icon={icon} roles={roles}>
                  {title}
                </RailLink>
              ))}
            </ul>
          ) : null}
          <ul className="grid grid-cols-1 gap-0.5">
            <RailLink path={path} href="/private" isExact icon="icon-house">
              Home
            </RailLink>
          </ul>
        </nav>
        <UserMenu email={view.email} name={view.name} theme={view.theme} actions={actions} />
      </aside>
    </>
  )
}

/**
 * A link of the navigation, marked as current on its page and, unless `isExact`, on the pages below it. The shell's script moves the
 * mark after a navigation, when the server does not render the rail again.
 * @param roles that may open the section, for the account switcher
 */
function RailLink({
  path,
  href,
  icon,
  isExact = false,
  roles,
  children,
}: {
  path: string
  href: Route
  icon: string
  isExact?: boolean
  roles?: string
  children: string
}) {
  return (
    <li>
      <Anchor
        href={href}
        aria-current={isCurrent(path, href, isExact) ? 'page' : undefined}
        data-exact={isExact ? '' : undefined}
        data-roles={roles}
        className="rail-link"
      >
        <span className={icon} />
        {children}
      </Anchor>
    </li>
  )
}
