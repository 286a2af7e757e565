import type { Route } from 'next'
import type { ReactNode } from 'react'
import { Brand } from '@/components/brand'
import type { OwnAccount } from '@/lib/accounts/list'
import { sectionPath } from '@/lib/accounts/paths'
import type { PlainAction } from '@/lib/form'
import { isInAccount, type UserScope } from '@/lib/scope'
import { rolesFor, sectionsOf } from '@/lib/sections'
import { AccountSwitcher } from './account-switcher'
import { isCurrent } from './current'
import { UserMenu } from './user-menu'

/** What the shell knows of the request. */
export type Place = { path: string; isMac: boolean }

/**
 * The private navigation: accounts, sections, and the user. On wide screens, it is next to the page. On narrow ones, the same
 * element is a popover, which opens without JavaScript.
 */
export async function Rail({
  scope,
  accounts,
  place: { path, isMac },
  actions,
}: {
  scope: UserScope
  accounts: Promise<OwnAccount[]>
  place: Place
  actions: { signOut: PlainAction; setTheme: PlainAction }
}) {
  const current = isInAccount(scope) ? scope : undefined
  return (
    <>
      <header className="sticky top-0 z-10 flex items-center gap-2 border-b border-line bg-surface px-2 py-1 md:hidden">
        <button
          type="button"
          popoverTarget="rail"
          aria-label="Menu"
          className="inline-flex size-control items-center justify-center rounded-control hover:bg-surface-sunken"
        >
          <span className="icon-menu" />
        </button>
        <Brand />
        <p className="min-w-0 flex-1 truncate pr-2 text-right text-small text-ink-soft">{current?.account.name}</p>
      </header>
      <aside id="rail" popover="auto" aria-label="Navigation" className="rail">
        <div className="px-3">
          <Brand />
        </div>
        <AccountSwitcher scope={scope} accounts={await accounts} current={current?.account} path={path} />
        <button type="button" data-opens="palette" className="scripted rail-link border border-line bg-surface text-ink-soft">
          <span className="icon-search" />
          <span className="flex-1 text-left">Search…</span>
          <kbd className="font-sans text-meta">{isMac ? '⌘K' : 'Ctrl K'}</kbd>
        </button>
        <nav aria-label="Main" className="-mx-1 min-h-0 flex-1 overflow-y-auto p-1">
          {current ? (
            <ul aria-label="In this account" className="mb-2 grid grid-cols-1 gap-0.5 border-b border-line pb-2">
              {sectionsOf(current).map(({ title, segment, icon, permission }) => (
                <RailLink
                  key={segment}
                  path={path}
                  href={sectionPath(current.account.slug, segment)}
                  isExact={segment === ''}
                  icon={icon}
                  roles={rolesFor(permission, scope).join(' ')}
                >
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
        <UserMenu user={scope.user} actions={actions} />
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
  children: ReactNode
}) {
  return (
    <li>
      <a
        href={href}
        aria-current={isCurrent(path, href, isExact) ? 'page' : undefined}
        data-exact={isExact ? '' : undefined}
        data-roles={roles}
        className="rail-link"
      >
        <span className={icon} />
        {children}
      </a>
    </li>
  )
}
