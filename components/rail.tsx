import { House, Settings } from 'lucide-react'
import type { OwnAccount } from '@/lib/accounts/list'
import { sectionPath } from '@/lib/accounts/paths'
import { toClient } from '@/lib/client-view'
import type { PlainAction } from '@/lib/form'
import type { UserScope } from '@/lib/scope'
import { sectionsOf } from '@/lib/sections'
import { AccountSwitcher } from './account-switcher'
import { Brand } from './brand'
import { RailLink } from './rail-link'
import { RailSheet } from './rail-sheet'
import { SectionIcon } from './section-icon'
import { SignOutButton } from './sign-out-button'
import { ThemeChoice } from './theme-choice'

type Props = {
  scope: UserScope
  accounts: OwnAccount[]
  slug: string | undefined
  actions: { signOut: PlainAction; setTheme: PlainAction }
}

/** The private navigation: accounts, sections, and the user. A sheet on small screens. */
export function Rail(props: Props) {
  const places = <Places {...props} />
  const current = props.accounts.find(({ slug }) => slug === props.slug)
  return (
    <>
      <aside className="sticky top-0 z-20 hidden h-dvh w-64 shrink-0 flex-col border-r border-line bg-surface-sunken px-3 py-3 md:flex">
        <div className="px-3">
          <Brand />
        </div>
        {places}
      </aside>
      <header className="sticky top-0 z-20 flex items-center gap-4 border-b border-line bg-surface px-4 py-1 md:hidden">
        <Brand />
        <p className="min-w-0 flex-1 truncate text-right text-small text-ink-soft">{current?.name}</p>
        <RailSheet>{places}</RailSheet>
      </header>
      <noscript>
        <div className="border-b border-line bg-surface-sunken p-3 md:hidden">{places}</div>
      </noscript>
    </>
  )
}

function Places({ scope, accounts, slug, actions }: Props) {
  const choices = accounts.map((account) => {
    const segments = sectionsOf({ ...scope, membership: account }).map(({ segment }) => segment)
    return toClient({ ...account, segments }, ['slug', 'name', 'role', 'segments'])
  })
  const current = choices.find((choice) => choice.slug === slug)
  return (
    <>
      <div className="mt-2">
        <AccountSwitcher choices={choices} current={current} />
      </div>
      <nav aria-label="Main" className="mt-3 flex-1 overflow-y-auto">
        {current ? (
          <ul aria-label="In this account" className="mb-3 grid grid-cols-1 gap-0.5 border-b border-line pb-3">
            {sectionsOf({ ...scope, membership: current }).map(({ title, segment, icon }) => (
              <RailLink key={segment} href={sectionPath(current.slug, segment)} isExact={segment === ''} icon={<SectionIcon name={icon} />}>
                {title}
              </RailLink>
            ))}
          </ul>
        ) : null}
        <ul className="grid grid-cols-1 gap-0.5">
          <RailLink href="/private" isExact icon={<House className="size-4" aria-hidden="true" />}>
            Home
          </RailLink>
        </ul>
      </nav>
      <div className="mt-3 grid gap-0.5 border-t border-line pt-3">
        <p className="truncate px-3 pb-1 text-small text-ink-soft" title={scope.user.email}>
          {scope.user.email}
        </p>
        <ul>
          <RailLink href="/private/settings" icon={<Settings className="size-4" aria-hidden="true" />}>
            Your settings
          </RailLink>
        </ul>
        <div className="flex items-center justify-between">
          <SignOutButton action={actions.signOut} className="justify-start gap-3 px-3.5" />
          <ThemeChoice action={actions.setTheme} />
        </div>
      </div>
    </>
  )
}
