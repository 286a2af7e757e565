// Opens the menu of a list (components/ui/row-menu.tsx) for a row, in place of the link to the row's page.

/** Returns the link to a row's page around an element, if it opens the menu of the list. */
export function rowMenuLinkOf(target: EventTarget | null): HTMLAnchorElement | null {
  return target instanceof Element ? target.closest<HTMLAnchorElement>('a[data-menu]') : null
}

/** Returns the row whose menu is open. */
export function openRow(): Element | null {
  return document.querySelector('a[data-menu][aria-expanded="true"]')?.closest('tr, li') ?? null
}

export const rowMenu = () => document.getElementById('row-menu')

/** Opens the menu for a row, and listens so that a second press closes it. */
export function listenToRowMenus(signal: AbortSignal): void {
  let pressed: Element | null = null // whose menu was open when the pointer went down, which closes it
  const listen = <Type extends keyof DocumentEventMap>(type: Type, listener: (event: DocumentEventMap[Type]) => void) =>
    document.addEventListener(type, listener, { signal, capture: true })

  listen('pointerdown', ({ target }) => {
    const link = rowMenuLinkOf(target)
    pressed = link?.ariaExpanded === 'true' ? link : null
  })
  listen('click', (event) => {
    const link = rowMenuLinkOf(event.target)
    if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    if (link !== pressed) openFor(link)
    pressed = null
  })
  listen('toggle', ({ target, newState }) => {
    if (target !== rowMenu() || newState === 'open') return
    for (const link of document.querySelectorAll('a[data-menu][aria-expanded]')) link.removeAttribute('aria-expanded')
  })
}

function openFor(link: HTMLAnchorElement): void {
  const panel = rowMenu()
  if (!panel) return
  panel.hidePopover()
  const acts = link.dataset.menu?.split(' ') ?? []
  for (const item of panel.querySelectorAll<HTMLElement>('[data-act]')) item.hidden = !acts.includes(item.dataset.act ?? '')
  for (const item of panel.querySelectorAll<HTMLAnchorElement>('[data-to]')) item.href = link.pathname + item.dataset.to
  for (const button of panel.querySelectorAll<HTMLButtonElement>('button[name="id"]')) button.value = link.pathname.split('/').at(-1) ?? ''
  for (const other of document.querySelectorAll('a[data-menu][aria-expanded]')) other.removeAttribute('aria-expanded')
  link.ariaExpanded = 'true' // which makes it the anchor
  link.focus({ preventScroll: true }) // where the focus returns to
  panel.showPopover()
}
