import { Anchor } from '@/components/ui/anchor'
import { Avatar } from '@/components/ui/avatar'
import { type AccountSection, sectionPath } from '@/lib/accounts/paths'
import type { accountsQuerySchema } from '@/lib/accounts/schema'
import type { ClientView } from '@/lib/client-view'
import { namesOf } from '@/lib/form'
import * as labels from '@/lib/labels/private'
import { ROLE_NAMES, type Role } from '@/lib/roles'

/** An account to switch to. */
export type AccountLinkView = ClientView<{ name: string; slug: string; role: Role; isSuspended: boolean }>

const nameOf = namesOf<typeof accountsQuerySchema>()

const SEARCH_FROM = 8 // accounts; shorter lists need no search

/**
 * Shows the current account, and opens a popover with links to the others. Each link keeps the current section if the user's role
 * in that account allows it. Without JavaScript, the search leads to Home, which lists what it finds.
 * @param name and `slug` of the page's account; undefined outside accounts
 * @param section of the page, with the roles that may open it
 */
export function AccountSwitcher({
  accounts,
  name: current,
  slug: currentSlug,
  section,
}: {
  accounts: AccountLinkView[]
  name: string | undefined
  slug: string
  section: { segment: AccountSection; roles: string } | undefined
}) {
  const isSearchable = accounts.length >= SEARCH_FROM
  return (
    <>
      <button type="button" popoverTarget="accounts" className="rail-link border border-line bg-surface text-left hover:border-line-strong">
        {current ? <Avatar name={current} kind="account" /> : null}
        <span className="min-w-0 flex-1 truncate font-medium" title={current}>
          {current ? <span className="sr-only">Account: </span> : null}
          {current ?? (accounts.length ? 'Select an account' : labels.noActiveAccounts)}
        </span>
        <span className="icon-chevrons-up-down text-ink-soft" />
      </button>
      <div id="accounts" popover="auto" className="menu-panel switcher-panel">
        {isSearchable ? (
          <form action="/private" className="p-1">
            <input
              type="search"
              name={nameOf('search')}
              aria-label={labels.searchAccounts}
              placeholder={labels.searchAccounts}
              autoComplete="off"
              spellCheck={false}
              maxLength={254}
              className="min-h-control w-full rounded-control border border-line-strong bg-surface-raised px-3 text-body focus:outline-offset-0"
            />
            <p className="sr-only px-2 pt-2 text-ink-soft" aria-live="polite" />
          </form>
        ) : null}
        <ul aria-label="Accounts" className="min-h-0 overflow-y-auto">
          {accounts.map(({ slug, name, role, isSuspended }) => (
            <li key={slug}>
              <Anchor
                href={sectionPath(slug, section?.roles.split(' ').includes(role) ? section.segment : '')}
                aria-current={slug === currentSlug ? 'true' : undefined}
                autoFocus={slug === currentSlug}
                data-role={role}
                className="menu-item"
              >
                <Avatar name={name} kind="account" />
                <span data-name="" className="line-clamp-2 min-w-0 flex-1">
                  {name}
                </span>
                <span className="text-meta text-ink-soft">{isSuspended ? 'Suspended' : ROLE_NAMES[role]}</span>
                {slug === currentSlug ? <span className="icon-check" /> : null}
              </Anchor>
            </li>
          ))}
        </ul>
        {isSearchable ? (
          <Anchor href="/private" className="menu-item">
            All accounts
          </Anchor>
        ) : null}
        <Anchor href="/private/accounts/new" className="menu-item">
          <span className="icon-plus text-ink-soft" />
          {labels.newAccount}
        </Anchor>
      </div>
    </>
  )
}
