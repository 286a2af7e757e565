import { Anchor } from '@/components/ui/anchor'
import { Avatar } from '@/components/ui/avatar'
import { Menu } from '@/components/ui/menu'
import { FormProgress } from '@/components/ui/progress'
import type { PlainAction } from '@/lib/form'
import { THEME_FIELD, THEMES, type Theme } from '@/lib/http/theme'
import * as labels from '@/lib/labels/private'
import { displayName } from '@/lib/people'

const THEME_BUTTONS = {
  system: { icon: 'icon-monitor', name: 'System' },
  light: { icon: 'icon-sun', name: 'Light' },
  dark: { icon: 'icon-moon', name: 'Dark' },
}

/** The user at the foot of the rail, with a menu: theme, settings, and signing out. */
export function UserMenu({
  email,
  name: ownName,
  theme,
  actions,
}: {
  email: string
  name: string | null
  theme: Theme
  actions: { signOut: PlainAction; setTheme: PlainAction }
}) {
  const name = displayName({ name: ownName, email })
  const identity = (
    <>
      <Avatar name={name} size="medium" />
      <span className="grid min-w-0 flex-1">
        <span className="truncate font-medium">{name}</span>
        {ownName ? <span className="truncate text-meta text-ink-soft">{email}</span> : null}
      </span>
    </>
  )
  return (
    <Menu
      of="user"
      label={labels.yourMenu(name)}
      opener="rail-link py-1 text-left"
      panel="w-72 max-w-none [position-area:block-start_span-inline-end]"
      button={
        <>
          {identity}
          <span className="icon-chevrons-up-down text-ink-soft" />
        </>
      }
    >
      <div data-user="">
        <p className="truncate px-3 py-2 text-small text-ink-soft">{email}</p>
        <form action={actions.setTheme}>
          <fieldset className="flex gap-1 border-y border-line py-1">
            <legend className="sr-only">Theme</legend>
            {THEMES.map((each) => (
              <button
                key={each}
                type="submit"
                name={THEME_FIELD}
                value={each}
                aria-pressed={each === theme}
                className="menu-item justify-center gap-2 px-1 text-small"
              >
                <span className={THEME_BUTTONS[each].icon} />
                {THEME_BUTTONS[each].name}
              </button>
            ))}
          </fieldset>
        </form>
        <Anchor href="/private/settings" className="menu-item mt-1">
          <span className="icon-settings text-ink-soft" />
          {labels.yourSettings}
        </Anchor>
        <button type="button" data-opens="shortcuts" className="scripted menu-item">
          <span className="icon-keyboard text-ink-soft" />
          {labels.keyboardShortcuts}
        </button>
        <form action={actions.signOut}>
          <FormProgress />
          <button type="submit" className="menu-item">
            <span className="icon-log-out text-ink-soft" />
            {labels.signOut}
          </button>
        </form>
      </div>
    </Menu>
  )
}
