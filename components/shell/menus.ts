import { THEME_FIELD } from '@/lib/http/theme'
import { areSingleKeysOn } from './single-keys'
import { filterAccounts, isAccountSearch, openSwitcher } from './switcher'

/** Opens the palette with Ctrl-K or Command-K, and the list of shortcuts with a question mark. Makes menus work by arrow keys. */
export function listenToMenus(open: (dialog: 'palette' | 'shortcuts') => void, signal: AbortSignal): void {
  const listen = <Type extends keyof DocumentEventMap>(type: Type, listener: (event: DocumentEventMap[Type]) => void) =>
    document.addEventListener(type, listener, { signal, capture: true }) // `toggle` does not bubble

  listen('keydown', (event) => {
    const dialog = dialogOf(event)
    if (dialog) open(dialog)
    if (dialog || moveInMenu(event)) event.preventDefault()
  })
  listen('click', ({ target }) => {
    if (!(target instanceof Element)) return
    const opener = target.closest<HTMLElement>('[data-opens]')
    if (opener) {
      closePopovers()
      open(opener.dataset.opens === 'shortcuts' ? 'shortcuts' : 'palette')
    }
    // After the click, which still submits the form of the button.
    if (target.closest(`.menu-panel button[type="submit"]:not([name="${THEME_FIELD}"])`)) setTimeout(closePopovers)
  })
  listen('toggle', ({ target, newState }) => {
    if (target instanceof HTMLElement && target.id === 'accounts') openSwitcher(target, newState === 'open')
  })
  listen('input', ({ target }) => {
    if (isAccountSearch(target)) filterAccounts(target)
  })
  listen('submit', (event) => {
    const panel = event.target instanceof Element ? event.target.closest('#accounts') : null
    if (!panel) return
    event.preventDefault()
    panel.querySelector<HTMLElement>('li:not([hidden]) a')?.click()
  })
  listen('focusin', ({ target }) => {
    const rail = document.querySelector<HTMLElement>('.rail:popover-open')
    if (rail && target instanceof Node && !rail.contains(target)) rail.hidePopover() // it covers the page
  })
}

function closePopovers(): void {
  for (const popover of document.querySelectorAll<HTMLElement>(':popover-open')) popover.hidePopover()
}

function dialogOf({ key, ctrlKey, metaKey, altKey, shiftKey, target }: KeyboardEvent): 'palette' | 'shortcuts' | undefined {
  if (key.toLowerCase() === 'k' && (ctrlKey || metaKey) && !altKey && !shiftKey) return 'palette'
  const isTyping = target instanceof HTMLElement && target.closest('input:not([type="checkbox"]), textarea, select, [contenteditable]')
  return key === '?' && !ctrlKey && !metaKey && !altKey && !isTyping && areSingleKeysOn() ? 'shortcuts' : undefined
}

/** Moves the focus inside an open menu, or opens the menu of a button. @returns whether the key was used */
function moveInMenu({ key, target, ctrlKey, metaKey, altKey, isComposing }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement) || ctrlKey || metaKey || altKey || isComposing) return false
  const opener = target.closest<HTMLButtonElement>('button[popovertarget]')
  const panel = target.closest<HTMLElement>('.menu-panel') ?? (opener?.popoverTargetElement as HTMLElement | null | undefined)
  if (!panel?.matches('.menu-panel')) return false
  const search = panel.querySelector<HTMLElement>('input[type="search"]')
  if (key.length === 1 && key !== ' ' && panel.contains(target) && target !== search) search?.focus() // which then gets the key
  const step = { ArrowDown: 1, ArrowUp: -1 }[key]
  if (step === undefined) return false
  if (!panel.matches(':popover-open')) opener?.click()
  if (panel.contains(document.activeElement) && !panel.contains(target)) return true // opening has moved the focus
  const stops = [...panel.querySelectorAll<HTMLElement>('input, a, button')].filter((stop) => stop.checkVisibility())
  const at = stops.indexOf(target)
  stops[Math.min(Math.max(at + step, 0), stops.length - 1)]?.focus()
  return true
}
