import { ChevronDown } from 'lucide-react'
import { setTheme, signOutAction } from '@/app/actions'
import { Brand } from '@/components/brand'
import { SessionBeacon } from '@/components/session-beacon'
import { SignOutButton } from '@/components/sign-out-button'
import { ThemeChoice } from '@/components/theme-choice'
import { Button } from '@/components/ui/button'
import { Link } from '@/components/ui/link'
import { listSwitcherAccounts, type OwnAccount } from '@/lib/accounts/list'
import { sectionPath } from '@/lib/accounts/paths'
import type { Route } from '@/lib/http/paths'
import * as labels from '@/lib/labels/public'
import { isDatabaseUnavailable } from '@/lib/platform/db-errors'
import { env } from '@/lib/platform/env'
import { findUser, type UserScope } from '@/lib/scope'

type Visitor = { scope: UserScope; accounts: OwnAccount[] } | 'anonymous' | 'unknown'

/** The header of public pages: shows the user, or links to sign in and sign up. */
export async function PublicHeader() {
  const visitor = await findVisitor()
  return (
    <header className="mx-auto flex w-full max-w-6xl flex-wrap items-center gap-x-2 px-4 py-3 sm:px-6">
      <Brand />
      <nav
        aria-label="Main"
        className={`ml-auto flex items-center gap-0.5 sm:gap-2 ${visitor === 'anonymous' ? '' : 'max-sm:order-last max-sm:w-full max-sm:justify-between max-sm:border-t max-sm:border-line'}`}
      >
        {visitor === 'anonymous' ? <AnonymousLinks /> : null}
        {visitor === 'unknown' ? <PlainLink href="/private">{labels.yourAccounts}</PlainLink> : null}
        {typeof visitor === 'object' ? <UserLinks {...visitor} /> : null}
      </nav>
      <div className={visitor === 'anonymous' ? '' : 'max-sm:ml-auto'}>
        <ThemeChoice action={setTheme} />
      </div>
      {visitor === 'unknown' ? null : <SessionBeacon userId={typeof visitor === 'object' ? visitor.scope.user.id : null} />}
    </header>
  )
}

/** Public pages must render while the database is unavailable, so the visitor may be unknown. */
async function findVisitor(): Promise<Visitor> {
  try {
    const scope = await findUser()
    return scope ? { scope, accounts: await listSwitcherAccounts(scope) } : 'anonymous'
  } catch (error) {
    if (isDatabaseUnavailable(error)) return 'unknown'
    throw error
  }
}

function AnonymousLinks() {
  return (
    <>
      <PlainLink href="/login">{labels.signIn}</PlainLink>
      {env().SIGN_UP === 'invite' ? null : (
        <Button asChild look="quiet" className="max-sm:px-2.5 max-sm:text-small">
          <Link href="/register" prefetch={false}>
            {labels.createAccount}
          </Link>
        </Button>
      )}
    </>
  )
}

function PlainLink({ href, children }: { href: Route; children: string }) {
  return (
    <Button asChild look="plain" className="max-sm:px-2 max-sm:text-small">
      <Link href={href} prefetch={false}>
        {children}
      </Link>
    </Button>
  )
}

function UserLinks({ scope, accounts }: { scope: UserScope; accounts: OwnAccount[] }) {
  return (
    <>
      <details className="group relative shrink-0">
        <summary className="-ml-3 inline-flex min-h-11 list-none whitespace-nowrap items-center gap-2 rounded-control px-3 font-medium sm:ml-0 hover:bg-surface-sunken [&::-webkit-details-marker]:hidden">
          Accounts
          <ChevronDown className="size-4 text-ink-soft transition-transform duration-150 group-open:rotate-180" aria-hidden="true" />
        </summary>
        <ul className="absolute left-0 z-10 sm:right-0 sm:left-auto mt-1 max-h-80 w-64 overflow-y-auto rounded-panel border border-line bg-surface-raised p-1 shadow-float">
          {accounts.map((account) => (
            <li key={account.slug}>
              <Link
                href={sectionPath(account.slug, '')}
                prefetch={false}
                className="flex min-h-11 items-center rounded-control px-3 no-underline hover:bg-surface-sunken"
              >
                <span className="truncate">{account.name}</span>
              </Link>
            </li>
          ))}
          {accounts.length === 0 ? <li className="px-3 py-2 text-ink-soft">No accounts yet</li> : null}
        </ul>
      </details>
      <Link
        href="/private"
        prefetch={false}
        className="inline-flex min-h-11 min-w-0 items-center rounded-control px-1 text-ink-soft no-underline hover:text-ink sm:max-w-72"
      >
        <span className="truncate">{scope.user.email}</span>
      </Link>
      <SignOutButton action={signOutAction} className="max-sm:-mr-2 max-sm:px-2" />
    </>
  )
}
