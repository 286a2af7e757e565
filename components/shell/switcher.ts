import { type AccountSection, sectionPath } from '@/lib/accounts/paths'
import { foldText } from '@/lib/text'

/** Prepares the account switcher when it opens: links to the current section, and the focus. Resets the search when it closes. */
export function openSwitcher(panel: HTMLElement, isOpen: boolean): void {
  const search = panel.querySelector('input')
  if (!isOpen) {
    if (search) search.value = ''
    if (search) filterAccounts(search)
    return
  }
  linkToSection(panel)
  const current = panel.querySelector<HTMLElement>('[aria-current]')
  ;(current ?? search ?? panel.querySelector<HTMLElement>('a'))?.focus()
}

/** Makes each link open the current section, if the user's role in that account allows it. */
export function linkToSection(panel: HTMLElement): void {
  const section = document.querySelector<HTMLAnchorElement>('#rail nav a[data-roles][aria-current]')
  const segment = section?.pathname.split('/')[4] ?? ''
  for (const link of panel.querySelectorAll<HTMLAnchorElement>('a[data-role]')) {
    const isAllowed = section?.dataset.roles?.split(' ').includes(link.dataset.role ?? '')
    link.href = sectionPath(link.pathname.split('/')[3] ?? '', isAllowed ? (segment as AccountSection) : '')
  }
}

/** Returns whether an element is the search of the switcher. */
export function isAccountSearch(target: EventTarget | null): target is HTMLInputElement {
  return target instanceof HTMLInputElement && target.closest('#accounts') !== null
}

/** Shows the accounts whose names contain what was typed, and says how many there are. */
export function filterAccounts(search: HTMLInputElement): void {
  const wanted = foldText(search.value)
  const entries = [...document.querySelectorAll<HTMLElement>('#accounts li')]
  for (const entry of entries) entry.hidden = !foldText(entry.querySelector('[data-name]')?.textContent ?? '').includes(wanted)
  const shown = entries.filter(({ hidden }) => !hidden).length
  const status = search.form?.querySelector('p')
  if (!status) return
  status.textContent = shown === 0 ? 'No matching accounts' : wanted ? `${shown} of ${entries.length} accounts` : ''
  status.classList.toggle('sr-only', shown > 0)
}
