import { House, Plus, Settings } from 'lucide-react'
import type { OwnAccount } from '@/lib/memberships/memberships'
import type { UserScope } from '@/lib/scope'
import { Brand } from './brand'
import { RailLink } from './rail-link'
import { RailSheet } from './rail-sheet'
import { SignOutButton } from './sign-out-button'
import { ThemeChoice } from './theme-choice'

/** The way around inside: accounts at the top, sections, the person at the foot. A sheet on a phone. */
export function Rail({ scope, accounts }: { scope: UserScope; accounts: OwnAccount[] }) {
  const places = <Places scope={scope} accounts={accounts} />
  return (
    <>
      <aside className="sticky top-0 hidden h-dvh w-64 shrink-0 flex-col border-r border-line bg-surface-sunken px-3 py-3 md:flex">
        <div className="px-3">
          <Brand />
        </div>
        {places}
      </aside>
      <header className="sticky top-0 z-20 flex items-center justify-between border-b border-line bg-surface px-4 py-1 md:hidden">
        <Brand />
        <RailSheet>{places}</RailSheet>
      </header>
      <noscript>
        <div className="border-b border-line bg-surface-sunken p-3 md:hidden">{places}</div>
      </noscript>
    </>
  )
}

function Places({ scope, accounts }: { scope: UserScope; accounts: OwnAccount[] }) {
  return (
    <>
      <nav aria-label="Main" className="mt-3 flex-1 overflow-y-auto">
        <ul className="grid grid-cols-1 gap-0.5">
          <RailLink href="/private" isExact icon={<House className="size-4" aria-hidden="true" />}>
            Home
          </RailLink>
        </ul>
        <h2 className="px-3 pt-6 pb-1 text-small font-medium tracking-normal text-ink-soft" id="rail-accounts">
          Accounts
        </h2>
        <ul className="grid grid-cols-1 gap-0.5" aria-labelledby="rail-accounts">
          {accounts.map((account) => (
            <RailLink key={account.id} href={`/private/accounts/${account.slug}`} icon={<Initial name={account.name} />}>
              {account.name}
            </RailLink>
          ))}
          <RailLink href="/private/accounts/new" icon={<Plus className="size-4" aria-hidden="true" />}>
            New account
          </RailLink>
        </ul>
      </nav>
      <div className="mt-3 grid gap-0.5 border-t border-line pt-3">
        <p className="truncate px-3 pb-1 text-small text-ink-soft" title={scope.user.email}>
          {scope.user.email}
        </p>
        <ul>
          <RailLink href="/private/settings" icon={<Settings className="size-4" aria-hidden="true" />}>
            Settings
          </RailLink>
        </ul>
        <div className="flex items-center justify-between">
          <SignOutButton className="justify-start gap-3 px-3.5" />
          <ThemeChoice />
        </div>
      </div>
    </>
  )
}

/** A letter where another product would put a picture. */
function Initial({ name }: { name: string }) {
  return (
    <span
      aria-hidden="true"
      className="inline-flex size-5 items-center justify-center rounded-control border border-line bg-surface-raised text-[0.6875rem] font-semibold text-ink-soft"
    >
      {[...name][0]?.toLocaleUpperCase()}
    </span>
  )
}
